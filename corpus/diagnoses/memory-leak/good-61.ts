// @era next memdesc
// @expect none
//
// The clone is handed to another task, which drops it: the last one frees the object.
import { ARef, drop, GFP_KERNEL, type RefCounted } from 'kernel'
import { kfree, kthread_run, kzalloc } from 'linux'
class Dev implements RefCounted { buf = kzalloc(64, GFP_KERNEL)!; n = 1; static inc_ref(d: Dev) { d.n++ } static dec_ref(d: Dev) { if (--d.n === 0) kfree(d.buf) } }
const a = ARef.from_raw(new Dev())
const b = ARef.clone(a)
kthread_run(() => { b.buf.write_u8(0, 1); drop(b) }, 'user')
drop(a)
