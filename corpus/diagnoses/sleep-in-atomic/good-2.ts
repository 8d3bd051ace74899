// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A mutex is no atomic section; a trylock under a spinlock does not sleep; nested sections end one by one.
import { DEFINE_MUTEX, DEFINE_SPINLOCK, GFP_KERNEL, kfree, kmalloc, msleep, mutex_lock, mutex_trylock } from 'linux'
import { mutex_unlock, preempt_disable, preempt_enable, spin_lock, spin_unlock } from 'linux'

const outer = DEFINE_MUTEX('outer')
const inner = DEFINE_MUTEX('inner')
const lock = DEFINE_SPINLOCK('lock')
mutex_lock(outer)
msleep(1)
preempt_disable()
spin_lock(lock)
if (mutex_trylock(inner)) mutex_unlock(inner)
spin_unlock(lock)
preempt_enable()
kfree(kmalloc(64, GFP_KERNEL))
mutex_unlock(outer)
