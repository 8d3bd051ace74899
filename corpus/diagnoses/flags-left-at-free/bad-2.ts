// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine debug=off
// @expect flags-left-at-free 12
//
// Only the first page of the block is cleaned up.
import { __free_pages, alloc_pages, ClearPageReserved, GFP_KERNEL, nth_page, SetPageReserved } from 'linux'

const block = alloc_pages(GFP_KERNEL, 1)!
for (let i = 0; i < 2; i++) SetPageReserved(nth_page(block, i))
const teardown = () => {
  ClearPageReserved(block)
  __free_pages(block, 1)
}
teardown()
