// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect wild-access 8
//
// A struct page of a frame that does not exist is used.
import { get_page, pfn_to_page } from 'linux'

const page = pfn_to_page(0xfff_ffff)
get_page(page)
