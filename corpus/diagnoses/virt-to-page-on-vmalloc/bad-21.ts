// @era v6.12
// @expect virt-to-page-on-vmalloc 7
//
// A helper does linear arithmetic on whatever it is given.
import { page_to_pfn, pr_info, type Ptr, vfree, virt_to_page, vmalloc } from 'linux'
const v = vmalloc(8192)!
const helper = (p: Ptr) => page_to_pfn(virt_to_page(p))
pr_info(`${helper(v)}`)
vfree(v)
