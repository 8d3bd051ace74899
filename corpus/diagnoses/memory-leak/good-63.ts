// @era all
// @expect none
//
// Each box is declared with using: an error drops it.
import { GFP_KERNEL, KBox, KernelError } from 'kernel'
import { sim } from 'sim'
import { pr_info } from 'linux'
function probe(): KBox<number> | null {
  using a = KBox.new(1, GFP_KERNEL)
  sim.fail_next('kmalloc')
  try { using b = KBox.new(2, GFP_KERNEL); return b } catch (e) { if (!(e instanceof KernelError)) throw e; return null }
}
pr_info(`${probe() === null}`)
