// @era all
// @expect foreign-ownable-misuse 9
//
// The data was taken back and dropped; a late callback borrows it from the old pointer.
import { drop, GFP_KERNEL, KBox } from 'kernel'
import { pr_info } from 'linux'
const data = KBox.into_foreign(KBox.new(3, GFP_KERNEL))
drop(KBox.from_foreign(data))
const b = KBox.borrow(data)
pr_info(`${b.value}`)
