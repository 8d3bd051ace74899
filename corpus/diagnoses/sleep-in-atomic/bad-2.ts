// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect sleep-in-atomic 10
//
// A reader takes a mutex inside its RCU section.
import { DEFINE_MUTEX, mutex_lock, mutex_unlock, rcu_read_lock, rcu_read_unlock } from 'linux'

const state = DEFINE_MUTEX('state')
const show = () => {
  rcu_read_lock()
  mutex_lock(state)
  mutex_unlock(state)
  rcu_read_unlock()
}
show()
