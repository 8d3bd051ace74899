// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The page tables know which page lies behind a vmalloc address.
import { page_to_pfn, pr_info, vfree, vmalloc, vmalloc_to_page } from 'linux'

const firmware = vmalloc(4096)!
const page = vmalloc_to_page(firmware)!
pr_info(`pfn ${page_to_pfn(page)}`)
vfree(firmware)
