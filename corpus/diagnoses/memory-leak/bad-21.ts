// @era next memdesc
// @expect memory-leak 9
//
// A clone is taken for the worker and never dropped: the count stays above zero, and the object with it.
import { ARef, drop, GFP_KERNEL, type RefCounted } from 'kernel'
import { kfree, kzalloc } from 'linux'
class Dev implements RefCounted { buf = kzalloc(64, GFP_KERNEL)!; n = 1; static inc_ref(d: Dev) { d.n++ } static dec_ref(d: Dev) { if (--d.n === 0) kfree(d.buf) } }
const a = ARef.from_raw(new Dev())
const b = ARef.clone(a)
b.buf.write_u8(0, 1)
drop(a)
