// @era v6.14 next
// @expect sleep-in-atomic 8
//
// The guard lives on, and the task sleeps.
import { drop, rcu } from 'kernel'
import { msleep } from 'linux'
const g = rcu.read_lock()
msleep(1)
drop(g)
