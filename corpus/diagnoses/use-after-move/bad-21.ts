// @era all
// @expect use-after-move 11
//
// The owner was moved out of the field: the field is dead.
import { drop, GFP_KERNEL, KBox } from 'kernel'
import { pr_info } from 'linux'
class Drv { img = KBox.new(4, GFP_KERNEL) }
const d = new Drv()
const taken = d.img
drop(taken)
pr_info(`${d.img.value}`)
