// @era all
// @expect foreign-ownable-misuse 10
//
// A borrow is still in use when the driver takes its data back.
import { ForeignOwnable, GFP_KERNEL, KBox, drop } from 'kernel'
import { pr_info } from 'linux'

const data = ForeignOwnable.into_foreign(KBox.new(7n, GFP_KERNEL))
const seen = ForeignOwnable.borrow(data)
const state = ForeignOwnable.from_foreign(data)
pr_info(`${seen.value}`)
drop(state)
