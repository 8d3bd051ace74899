// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The reference is handed to a callback, which drops it: the page is freed there.
import { __free_page, alloc_page, get_page, GFP_KERNEL, page_address, pr_info, put_page } from 'linux'

const pool = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_KERNEL)!]
const lookup = (index: number) => {
  const found = pool[index]!
  get_page(found)
  return found
}
const later: (() => void)[] = []
for (const index of [0, 1]) {
  const page = lookup(index)
  later.push(() => {
    pr_info(`${page_address(page)!.read_u8(0)}`)
    put_page(page)
  })
}
for (const page of pool) __free_page(page)
later.forEach((run) => run())
