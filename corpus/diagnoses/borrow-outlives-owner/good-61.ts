// @era v6.18 next memdesc
// @expect none
//
// Dropping a borrowed page frees nothing: the box has it.
import { drop, GFP_KERNEL, VBox } from 'kernel'
using v = VBox.new_uninit(8192, GFP_KERNEL)
for (const p of v.page_iter()) { p.fill_zero_raw(0, 4096); drop(p) }
v.as_mut_ptr()!.write_u8(0, 1)
