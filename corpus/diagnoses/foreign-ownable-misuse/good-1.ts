// @era all
// @expect none
//
// The pointer is NULL once it was taken: try_from_foreign() of NULL is None.
import { ForeignOwnable, GFP_KERNEL, KBox, drop, type ForeignPointer } from 'kernel'

const state = KBox.new(7n, GFP_KERNEL)
let data: ForeignPointer<KBox<bigint>> | null = ForeignOwnable.into_foreign(state)
drop(ForeignOwnable.try_from_foreign(data))
data = null
drop(ForeignOwnable.try_from_foreign(data))
