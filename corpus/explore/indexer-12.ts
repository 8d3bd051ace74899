// @explore executions=8
//
// indexer(12): 12 tasks each insert 4 messages into a hash table of 128 entries with cmpxchg; on a collision the
// next entry is tried. Collisions are possible from 12 tasks on.
import { atomic_cmpxchg, atomic_t, kthread_run } from 'linux'

const N = 12
const SIZE = 128
const MAX = 4
const table = Array.from({ length: SIZE }, () => atomic_t(0))
for (let t = 0; t < N; t++) {
  kthread_run(() => {
    for (let m = 1; m <= MAX; m++) {
      const w = m * 11 + t
      let h = (w * 7) % SIZE
      while (atomic_cmpxchg(table[h]!, 0, w) !== 0) h = (h + 1) % SIZE
    }
  }, `indexer-${t}`)
}
