// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// One of two references is dropped; the page may be asked as long as the other is held.
import { alloc_pages, __GFP_COMP, compound_order, get_page, GFP_KERNEL, PageCompound, pr_info, put_page } from 'linux'

const block = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
get_page(block)
put_page(block)
pr_info(`order ${compound_order(block)} ${PageCompound(block)}`)
put_page(block)
