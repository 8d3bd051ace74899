// @era next memdesc
// @expect slab-use-after-free 11
//
// inc_ref() forgets to count: the first drop frees the object under the clone.
import { ARef, drop, GFP_KERNEL, type RefCounted } from 'kernel'
import { kfree, kzalloc, pr_info } from 'linux'
class Dev implements RefCounted { buf = kzalloc(64, GFP_KERNEL)!; n = 1; static inc_ref(d: Dev) { pr_info('forgot') } static dec_ref(d: Dev) { if (--d.n === 0) kfree(d.buf) } }
const a = ARef.from_raw(new Dev())
const b = ARef.clone(a)
drop(a)
b.buf.write_u8(0, 1)
drop(b)
