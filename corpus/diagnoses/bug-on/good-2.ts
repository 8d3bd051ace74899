// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Conditions that hold, about counts and addresses.
import { alloc_page, __free_page, BUG_ON, GFP_KERNEL, page_address, page_ref_count, virt_to_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
BUG_ON(virt_to_page(page_address(page)!) !== page)
BUG_ON(page_ref_count(page) > 1)
__free_page(page)
