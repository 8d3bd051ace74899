// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// One helper for both kinds of address asks first.
import { GFP_KERNEL, is_vmalloc_addr, kfree, kmalloc, page_to_pfn, pr_info, vfree, virt_to_page, vmalloc } from 'linux'
import { vmalloc_to_page } from 'linux'
import type { Ptr } from 'linux'

const page_of = (at: Ptr) => (is_vmalloc_addr(at) ? vmalloc_to_page(at)! : virt_to_page(at))
const small = kmalloc(64, GFP_KERNEL)!
const large = vmalloc(8192)!
pr_info(`${page_to_pfn(page_of(small)) === page_to_pfn(page_of(large))}`)
vfree(large)
kfree(small)
