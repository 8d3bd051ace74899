// @era v6.12
// @expect shrinker-blocking-lock 11
//
// Direct reclaim inside the section that the shrinker locks.
import { DEFINE_MUTEX, mutex_lock, mutex_unlock, SHRINK_STOP, shrinker_alloc, shrinker_free } from 'linux'
import { shrinker_register } from 'linux'
import { sim } from 'sim'
const m = DEFINE_MUTEX('m')
const s = shrinker_alloc(0, 's')!
s.count_objects = () => 10
s.scan_objects = () => { mutex_lock(m); mutex_unlock(m); return SHRINK_STOP }
shrinker_register(s)
mutex_lock(m)
sim.reclaim(1)
mutex_unlock(m)
shrinker_free(s)
