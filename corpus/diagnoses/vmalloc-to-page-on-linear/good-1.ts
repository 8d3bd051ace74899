// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// virt_to_page() is for linear addresses.
import { GFP_KERNEL, kfree, kmalloc, page_to_pfn, pr_info, virt_to_page } from 'linux'

const buffer = kmalloc(64, GFP_KERNEL)!
const page = virt_to_page(buffer)
pr_info(`pfn ${page_to_pfn(page)}`)
kfree(buffer)
