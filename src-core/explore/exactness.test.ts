/**
 * What depends on what, function by function: steps that depend on each other are tried in both orders, steps that do
 * not in one. Every interleaving says how many traces there are; the count written here says what was meant.
 */
import { describe, expect, it } from 'vitest'
import { entangledOf } from './testing/exchange.ts'
import { tracesOf } from './testing/compare.ts'
import { driverProgramOf, type SubjectName } from './testing/driver-programs.ts'
import { programOf } from './testing/small-programs.ts'

const LIMIT = 20_000

/** Title, tasks, traces. */
type Row = readonly [string, readonly (readonly string[])[], number]

function check(rows: readonly Row[], subject: SubjectName | null = null): void {
  for (const [title, tasks, traces] of rows) {
    it(title, () => {
      const text = subject === null ? programOf(tasks) : driverProgramOf(subject, tasks)
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

describe('devices', () => {
  const write = 'dev.dma_write(at, [ID, ID])'
  const unmap = 'dma_unmap_single(dev, at, 64, DMA_BIDIRECTIONAL)'
  check(
    [
      ['writes of the same bytes', [[write], [write]], 2],
      ['writes of other bytes', [[write], ['dev.dma_write(at + 8n, [ID])']], 1],
      ['two reads', [['dev.dma_read(at, 4)'], ['dev.dma_read(at, 4)']], 1],
      ['a read by the cpu of the bytes that the device writes', [[write], ['m.read_u8(1)']], 2],
      ['a read by the cpu of others', [[write], ['m.read_u8(8)']], 1],
      ['a write against the end of its mapping', [[write], [unmap]], 2],
      ['a mapping that ends twice', [[unmap], [unmap]], 2],
      ['a write against the free of the memory', [[write], ['kfree(m)']], 2],
      ['a write against the end of the driver', [[write], ['dev.unbind()']], 2],
      ['another device', [[write], ['other.unbind()']], 1],
      [
        'mappings of other memory of the same device',
        [[unmap], ['dma_map_single(dev, page_address(g), 8, DMA_TO_DEVICE)']],
        1,
      ],
      ['DMA in flight', [['actor_dma_write(dev, at, [7])'], ['m.read_u8(0)']], 2],
    ],
    'DMA in flight',
  )
  check(
    [['bus addresses of an IOMMU', [[unmap], ['dma_map_single(dev, page_address(g), 8, DMA_TO_DEVICE)']], 2]],
    'DMA behind an IOMMU',
  )
})

describe('interrupts', () => {
  check(
    [
      ['handlers of two lines that touch the same cell', [['raise_irq(5)'], ['raise_irq(6)']], 2],
      ['what the handler does not touch', [['raise_irq(5)'], ['READ_ONCE(y)']], 1],
      ['free_irq() of another line', [['raise_irq(5)'], ['free_irq(6, null)']], 1],
      ['free_irq() of a line that is raised', [['raise_irq(5)'], ['free_irq(5, null)']], 2],
      ['disable_irq() waits for the handler', [['raise_irq(5)'], ['disable_irq(5)']], 2],
      ['interrupts on another cpu may be off', [['raise_irq(5)'], ['local_irq_disable()']], 1],
    ],
    'interrupts',
  )
})

describe('workqueues', () => {
  check(
    [
      ['work queued twice: its start and end, and the second time', [['queue_work(wq, w)'], ['queue_work(wq, w)']], 6],
      [
        'two pieces of work: a queue counts what is under way',
        [['queue_work(wq, w)'], ['queue_work(wq, INIT_WORK(new work_struct(), () => {}))']],
        6,
      ],
      [
        'cancel_work_sync() before the work, in its place, after it',
        [['queue_work(wq, w)'], ['cancel_work_sync(w)']],
        4,
      ],
      ['flush_workqueue() of another queue', [['queue_work(wq, w)'], ['flush_workqueue(one)']], 1],
      ['flush_workqueue() before, or after', [['queue_work(wq, w)'], ['flush_workqueue(wq)']], 2],
    ],
    'work',
  )
})

describe('shrinkers and LRUs', () => {
  check(
    [
      [
        'items of two LRUs, in no memory: those are taken together',
        [['list_lru_del(lru, i)'], ['list_lru_add(other, j)']],
        2,
      ],
      ['an item that two take', [['list_lru_del(lru, i)'], ['list_lru_del(lru, i)']], 2],
      ['reclaim against the end of its shrinker', [['reclaim(1)'], ['shrinker_free(s)']], 3],
      ['reclaim against another LRU', [['reclaim(1)'], ['WRITE_ONCE(x, list_lru_count(other))']], 1],
    ],
    'shrinkers',
  )
})
