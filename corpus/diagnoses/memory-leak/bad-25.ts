// @era all
// @expect memory-leak 8
//
// The parameter takes the box over, and nothing drops it.
import { GFP_KERNEL, KBox } from 'kernel'
import { pr_info } from 'linux'
function eat(b: KBox<number>) { pr_info(`${b.value}`) }
const b = KBox.new(3, GFP_KERNEL)
eat(b)
