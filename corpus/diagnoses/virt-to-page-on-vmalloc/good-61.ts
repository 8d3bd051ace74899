// @era all
// @expect none
//
// The helper asks which kind of address it has.
import { GFP_KERNEL, is_vmalloc_addr, kvfree, kvmalloc, pr_info, virt_to_page, vmalloc_to_page } from 'linux'
const v = kvmalloc(8 << 20, GFP_KERNEL)!
const pg = is_vmalloc_addr(v) ? vmalloc_to_page(v) : virt_to_page(v)
pr_info(`${pg !== null}`)
kvfree(v)
