// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect vmalloc-to-page-on-linear 8
//
// vmalloc_to_page() of a kmalloc address.
import { GFP_KERNEL, kfree, kmalloc, page_to_pfn, pr_info, vmalloc_to_page } from 'linux'

const buffer = kmalloc(64, GFP_KERNEL)!
const page = vmalloc_to_page(buffer)
if (page !== null) pr_info(`pfn ${page_to_pfn(page)}`)
kfree(buffer)
