// @era v6.12 v6.14 v6.17 v6.18 next
// @expect put-noncompound-high-order 8
//
// put_page() knows the order of compound pages only.
import { alloc_pages, GFP_KERNEL, put_page } from 'linux'

const block = alloc_pages(GFP_KERNEL, 2)!
put_page(block)
