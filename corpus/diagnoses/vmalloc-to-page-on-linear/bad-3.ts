// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect vmalloc-to-page-on-linear 8
//
// kvmalloc() gave slab memory: vmalloc_to_pfn() walks no page table of it.
import { GFP_KERNEL, kvfree, kvmalloc, vmalloc_to_pfn } from 'linux'

const k = kvmalloc(64, GFP_KERNEL)!
vmalloc_to_pfn(k)
kvfree(k)
