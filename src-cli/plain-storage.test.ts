/** Storage of C structs as a plain `{}` (SURFACE §9): an init function makes it one, for types, run and check alike. */
import { expect, it } from 'vitest'
import { checkOwnership } from '../src-core/compiler/static/check.ts'
import { liveRun } from '../src-core/protocol/testing/live-run.ts'
import { SURFACE_INDEX } from '../src-core/surface/generated/index.ts'
import { typeErrors } from './type-check.ts'

const HEAD = `import * as k from 'linux'\n`

it.each([
  ['mutex', 'k.mutex_init(it); k.mutex_lock(it); k.mutex_unlock(it)'],
  ['spinlock_t', 'k.spin_lock_init(it); k.spin_lock(it); k.spin_unlock(it)'],
  ['rw_semaphore', 'k.init_rwsem(it); k.down_read(it); k.up_read(it)'],
  ['completion', 'k.init_completion(it); k.complete(it); k.wait_for_completion(it)'],
  ['rcu_head', 'k.call_rcu(it, () => {}); k.rcu_barrier()'],
  ['work_struct', 'k.INIT_WORK(it, () => {}); k.schedule_work(it); k.flush_work(it)'],
  ['list_lru', 'k.list_lru_init(it); k.list_lru_destroy(it)'],
  ['sg_table', 'if (k.sg_alloc_table(it, 2, k.GFP_KERNEL) === 0) k.sg_free_table(it)'],
  ['refcount_t', 'k.refcount_set(it, 2); k.refcount_inc(it); k.pr_info(String(k.refcount_read(it)))'],
  ['atomic_t', 'k.atomic_set(it, 2); k.atomic_inc(it); k.pr_info(String(k.atomic_read(it)))'],
  ['wait_queue_head_t', 'k.init_waitqueue_head(it); k.wake_up(it)'],
  ['list_head', 'const head = k.INIT_LIST_HEAD(it); k.pr_info(String(k.list_empty(head)))'],
])('a plain object is storage of a %s', async (type, use) => {
  const text = `${HEAD}const it = {}\n${use}`
  expect(await typeErrors([{ path: 'a.ts', text }])).toEqual([])
  const { report, record } = liveRun(text, 'v6.12')
  expect(report.diagnoses).toEqual([])
  if (/_t$/.test(type) && use.includes('pr_info')) expect(record.log.map((line) => line.text)).toEqual(['3'])
  expect(checkOwnership('a.ts', [{ path: 'a.ts', text }], SURFACE_INDEX, { era: 'v6.12' })).toEqual([])
})

it('is not taken for storage of something else, or before it was made so', async () => {
  const types = async (text: string): Promise<number> =>
    (await typeErrors([{ path: 'a.ts', text: HEAD + text }])).length
  expect(await types(`const l = k.DEFINE_SPINLOCK('l'); k.mutex_lock(l)`)).toBe(1)
  expect(await types('k.mutex_lock(5)')).toBe(1)
  expect(await types('k.mutex_init({ count: 1 } as { count: number }); k.mutex_lock({ count: 1 })')).toBe(1)
  const [first] = liveRun(`${HEAD}k.refcount_inc({} as any)`, 'v6.12').report.diagnoses
  expect(first?.message).toContain('set it first')
})
