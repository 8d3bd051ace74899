// @era v6.12
// @expect none
//
// The shrinker only tries the lock.
import { DEFINE_MUTEX, mutex_lock, mutex_trylock, mutex_unlock, SHRINK_STOP, shrinker_alloc } from 'linux'
import { shrinker_free, shrinker_register } from 'linux'
import { sim } from 'sim'
const m = DEFINE_MUTEX('m')
const s = shrinker_alloc(0, 's')!
s.count_objects = () => 10
s.scan_objects = () => { if (!mutex_trylock(m)) return SHRINK_STOP; mutex_unlock(m); return SHRINK_STOP }
shrinker_register(s)
mutex_lock(m)
sim.reclaim(1)
mutex_unlock(m)
shrinker_free(s)
