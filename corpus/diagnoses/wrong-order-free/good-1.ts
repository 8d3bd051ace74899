// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The order is kept with the address.
import { __get_free_pages, free_pages, GFP_KERNEL } from 'linux'

const order = 5
const buffer = __get_free_pages(GFP_KERNEL, order)!
buffer.write_u8(0, 1)
free_pages(buffer, order)
