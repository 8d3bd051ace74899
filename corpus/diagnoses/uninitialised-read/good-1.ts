// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Zeroed, or written first, by whatever way.
import { GFP_KERNEL, kfree, kmalloc, kzalloc, memcmp, memcpy, pr_info, __GFP_ZERO } from 'linux'

const zeroed = kzalloc(32, GFP_KERNEL)!
const flagged = kmalloc(32, GFP_KERNEL | __GFP_ZERO)!
const copied = kmalloc(32, GFP_KERNEL)!
memcpy(copied, zeroed, 32)
if (memcmp(copied, flagged, 32) === 0) pr_info(`${copied.read_u64(24)}`)
for (const each of [zeroed, flagged, copied]) kfree(each)
