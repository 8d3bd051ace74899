// @era all
// @expect none
//
// The borrow ends before the data is taken back.
import { ForeignOwnable, GFP_KERNEL, KBox, drop } from 'kernel'
import { pr_info } from 'linux'

const data = ForeignOwnable.into_foreign(KBox.new(7n, GFP_KERNEL))
const seen = ForeignOwnable.borrow(data)
pr_info(`${seen.value}`)
const state = ForeignOwnable.from_foreign(data)
drop(state)
