/**
 * What depends on what, function by function: steps that depend on each other are tried in both orders, steps that do
 * not in one. Every interleaving says how many traces there are; the count written here says what was meant.
 */
import { describe, expect, it } from 'vitest'
import { entangledOf } from './testing/exchange.ts'
import { tracesOf } from './testing/compare.ts'
import { programOf } from './testing/small-programs.ts'

const LIMIT = 20_000

/** Title, tasks, traces. */
type Row = readonly [string, readonly (readonly string[])[], number]

function check(rows: readonly Row[]): void {
  for (const [title, tasks, traces] of rows) {
    it(title, () => {
      const text = programOf(tasks)
      expect(tracesOf(text, LIMIT)).toBe(traces)
      expect(entangledOf(text, 10, 10)).toEqual([])
    })
  }
}

describe('RCU', () => {
  const call = 'call_rcu({}, () => { WRITE_ONCE(y, ID) })'
  check([
    ['rcu_barrier() comes before call_rcu(), or after its callback', [[call], ['rcu_barrier(); WRITE_ONCE(x, ID)']], 2],
    ['rcu_barrier() does not wait for kfree_rcu()', [['kfree_rcu(m)'], ['rcu_barrier(); WRITE_ONCE(x, ID)']], 1],
    [
      'what kfree_rcu() frees may go before or after what follows rcu_barrier()',
      [['kfree_rcu(m)', 'rcu_barrier()', 'm.read_u8(0)']],
      2,
    ],
    ['kvfree_rcu_barrier() waits for kfree_rcu()', [['kfree_rcu(m)', 'kvfree_rcu_barrier()', 'READ_ONCE(x)']], 1],
    ['kvfree_rcu_barrier() does not wait for call_rcu()', [[call], ['kvfree_rcu_barrier(); WRITE_ONCE(x, ID)']], 1],
    ['two barriers do not matter to each other', [['rcu_barrier()'], ['rcu_barrier()']], 1],
    [
      'a barrier under a lock that the callback does not need',
      [['mutex_lock(A); rcu_barrier(); mutex_unlock(A)'], [call, 'mutex_lock(A); mutex_unlock(A)']],
      3,
    ],
    [
      'a reader that waits for who waits for its grace period',
      [['rcu_read_lock(); wait_for_completion(D); rcu_read_unlock()'], [call, 'rcu_barrier()', 'complete(D)']],
      2,
    ],
  ])
})
