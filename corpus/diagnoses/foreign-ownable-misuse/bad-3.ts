// @era all
// @expect foreign-ownable-misuse 9
//
// Given to C as a KBox, taken back as a VBox: it would be given to vfree().
import { GFP_KERNEL, KBox, VBox, drop } from 'kernel'

const state = KBox.new(7n, GFP_KERNEL)
const data = KBox.into_foreign(state)
const taken = VBox.from_foreign(data)
drop(taken)
