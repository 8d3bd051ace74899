// @era all
// @expect none
//
// Taken back with the type it was given with.
import { GFP_KERNEL, KBox, drop } from 'kernel'

const state = KBox.new(7n, GFP_KERNEL)
const data = KBox.into_foreign(state)
const taken = KBox.from_foreign(data)
drop(taken)
