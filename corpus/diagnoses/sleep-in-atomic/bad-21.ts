// @era v6.12
// @expect sleep-in-atomic 7
//
// The wait for a grace period stands inside the section that the grace period waits for.
import { rcu_read_lock, rcu_read_unlock, synchronize_rcu } from 'linux'
rcu_read_lock()
synchronize_rcu()
rcu_read_unlock()
