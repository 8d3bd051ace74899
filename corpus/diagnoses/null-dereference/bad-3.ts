// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect null-dereference 12
//
// The result of a failed allocation is used with an offset, in a loop.
import { kfree, GFP_KERNEL, kzalloc, pr_info } from 'linux'
import { sim } from 'sim'

sim.fail_next('kzalloc')
for (const bytes of [64]) {
  const slot = kzalloc(bytes, GFP_KERNEL)
  pr_info('filling')
  slot!.add(8).write_u32(0, 1)
  kfree(slot)
}
