// @era all
// @expect memory-leak 8
//
// The second allocation fails with an error that leaves the function: the first box is forgotten.
import { drop, GFP_KERNEL, KBox, KernelError, VBox } from 'kernel'
import { sim } from 'sim'
function probe() {
  const a = KBox.new(1, GFP_KERNEL)
  sim.fail_next('vmalloc')
  const b = VBox.new_uninit(8192, GFP_KERNEL)
  drop(b); drop(a)
}
try { probe() } catch (e) { if (!(e instanceof KernelError)) throw e }
