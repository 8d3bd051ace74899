import { GFP_KERNEL, KBox, drop } from 'kernel'

const a = KBox.new_uninit(256, GFP_KERNEL)
const b = a.as_ptr()!

drop(a)
b.write_u8(0, 1)
