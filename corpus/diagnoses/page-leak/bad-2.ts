// @era v6.12 v6.14 v6.17 v6.18 next
// @expect page-leak 10
//
// The lookup takes a reference, and one caller forgets that it did.
import { __free_page, alloc_page, get_page, GFP_KERNEL, page_address, pr_info, put_page } from 'linux'

const pool = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_KERNEL)!]
const lookup = (index: number) => {
  const found = pool[index]!
  get_page(found)
  return found
}
const first = lookup(0)
pr_info(`${page_address(first)!.read_u8(0)}`)
put_page(first)
const second = lookup(1)
pr_info(`${page_address(second)!.read_u8(0)}`)

for (const page of pool) __free_page(page)
