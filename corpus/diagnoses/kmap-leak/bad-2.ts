// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect kmap-leak 9
//
// A loop that maps more than it unmaps.
import { __free_pages, alloc_pages, GFP_KERNEL, kmap_local_page, kunmap_local, nth_page } from 'linux'

const block = alloc_pages(GFP_KERNEL, 1)!
for (let i = 0; i < 2; i++) {
  const from = kmap_local_page(nth_page(block, i))
  const to = kmap_local_page(nth_page(block, 1 - i))
  to.write_u8(0, from.read_u8(0))
  kunmap_local(to)
}
__free_pages(block, 1)
