// @era all
// @expect foreign-ownable-misuse 8
//
// Two teardown paths run, and each takes the driver's data back.
import { GFP_KERNEL, KBox } from 'kernel'
import { kthread_run, pr_info } from 'linux'
const data = KBox.into_foreign(KBox.new(3, GFP_KERNEL))
const take = () => { using b = KBox.from_foreign(data); pr_info(`${b.value}`) }
kthread_run(take, 'a')
kthread_run(take, 'b')
