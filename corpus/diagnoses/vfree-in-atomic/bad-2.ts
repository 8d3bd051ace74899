// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect vfree-in-atomic 11
//
// A mapping is ended with preemption off.
import { GFP_KERNEL, PAGE_KERNEL, VM_MAP, __free_page, alloc_page, preempt_disable, preempt_enable, vmap, vunmap } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const view = vmap([page], 1, VM_MAP, PAGE_KERNEL)!
view.write_u8(0, 1)
preempt_disable()
vunmap(view)
preempt_enable()
__free_page(page)
