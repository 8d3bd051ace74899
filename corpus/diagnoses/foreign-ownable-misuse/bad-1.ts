// @era all
// @expect foreign-ownable-misuse 10
//
// Both remove() and the error path take the driver's data back.
import { ForeignOwnable, GFP_KERNEL, KBox, drop } from 'kernel'

const state = KBox.new(7n, GFP_KERNEL)
const data = ForeignOwnable.into_foreign(state)
drop(ForeignOwnable.from_foreign(data))
drop(ForeignOwnable.from_foreign(data))
