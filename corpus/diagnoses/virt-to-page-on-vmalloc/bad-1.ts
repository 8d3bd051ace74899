// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect virt-to-page-on-vmalloc 8
//
// virt_to_page() is arithmetic on the linear map; a vmalloc address is not in it.
import { page_to_pfn, pr_info, vfree, virt_to_page, vmalloc } from 'linux'

const firmware = vmalloc(4096)!
const page = virt_to_page(firmware)
pr_info(`pfn ${page_to_pfn(page)}`)
vfree(firmware)
