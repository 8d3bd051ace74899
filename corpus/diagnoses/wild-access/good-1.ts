// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The address is checked before it is used.
import { pfn_to_page, pfn_valid, page_ref_count, pr_info } from 'linux'

const pfn = 0xfff_ffff
if (pfn_valid(pfn)) pr_info(`${page_ref_count(pfn_to_page(pfn))}`)
else pr_info('no such frame')
