// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// An integer that is an address of memory in use is as good as the pointer it came from.
import { GFP_KERNEL, kfree, kzalloc, phys_to_virt, pr_info, virt_to_phys } from 'linux'

const object = kzalloc(64, GFP_KERNEL)!
const again = phys_to_virt(virt_to_phys(object))
again.write_u32(4, 7)
pr_info(`${object.read_u32(4)}`)
kfree(object)
