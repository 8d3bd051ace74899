// @era next
// @expect none
//
// Each worker has a clone of its own and drops it.
import { ARef, drop, GFP_KERNEL, type RefCounted } from 'kernel'
import { kfree, kthread_run, kzalloc } from 'linux'
class Dev implements RefCounted { buf = kzalloc(64, GFP_KERNEL)!; n = 1; static inc_ref(d: Dev) { d.n++ } static dec_ref(d: Dev) { if (--d.n === 0) kfree(d.buf) } }
const a = ARef.from_raw(new Dev())
for (let i = 0; i < 3; i++) { const mine = ARef.clone(a); kthread_run(() => { mine.buf.write_u8(i, 1); drop(mine) }, `w${i}`) }
drop(a)
