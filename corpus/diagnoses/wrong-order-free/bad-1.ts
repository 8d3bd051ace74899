// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect wrong-order-free 9
//
// 32 pages were allocated, 8 are given back: 24 are lost.
import { __get_free_pages, free_pages, GFP_KERNEL } from 'linux'

const buffer = __get_free_pages(GFP_KERNEL, 5)!
buffer.write_u8(0, 1)
free_pages(buffer, 3)
