// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine debug=off
// @expect wrong-order-free 10
//
// One page is freed as two: the neighbour, which is in use, goes with it.
import { __free_page, __free_pages, alloc_pages, GFP_KERNEL, page_address, split_page, nth_page } from 'linux'
import type { page } from 'linux'

function release(which: page, order: number) {
  __free_pages(which, order)
}

const pair = alloc_pages(GFP_KERNEL, 1)!
split_page(pair, 1)
const neighbour = nth_page(pair, 1)
const data = page_address(neighbour)!
release(pair, 1)
data.write_u8(0, 1)
__free_page(neighbour)
