// Case kasan_rcu_uaf: an object freed by an RCU callback is good until the grace period has passed.
// @machine memory=512M debug=on
// Measured: kasan-reports debug=on
import { call_rcu, GFP_KERNEL, kfree, kmalloc, rcu_barrier, rcu_head } from 'linux'
import { say } from './measure.ts'

const r = kmalloc(512, GFP_KERNEL)!
const head = new rcu_head()
call_rcu(head, () => kfree(r))
r.read_u8(100)
say(1, 'returned', 1)
rcu_barrier()
r.read_u8(100)
say(2, 'returned', 1)
