// @era all
// @expect use-after-move 8
//
// Dropped twice: the second drop names a dead value.
import { drop, GFP_KERNEL, KBox } from 'kernel'
const b = KBox.new(3, GFP_KERNEL)
drop(b)
drop(b)
