/** One mistake that some schedule only makes possible and another one really makes: told with the one that makes it. */
import { expect, it } from 'vitest'
import { Explorer } from './explorer.ts'
import { mergeFindings } from './merge.ts'
import type { ExploredFinding } from './options.ts'
import { EXHAUSTIVE, openSession, plainSandbox } from './testing/open-session.ts'

/** Without a preemption the reader has left its section before the free. */
const UPDATER = `import { kthread_run, kmalloc, kfree, GFP_KERNEL, shared, pr_info } from 'linux'
import { rcu_read_lock, rcu_read_unlock, rcu_dereference, rcu_assign_pointer, type Ptr } from 'linux'
const slot = shared<Ptr | null>(kmalloc(64, GFP_KERNEL))
kthread_run(() => {
  rcu_read_lock()
  const p = rcu_dereference(slot)
  if (p !== null) p.write_u32(0, 1)
  rcu_read_unlock()
}, 'reader')
kthread_run(() => {
  const old = slot.value
  rcu_assign_pointer(slot, null)
  kfree(old)
}, 'writer')
`

it.each([{ bound: null }, { bound: 2 }, { mode: 'naive' as const }])(
  'a schedule on which it happens is told before a simpler one on which it could have: %o',
  (options) => {
    const explorer = new Explorer(openSession(UPDATER).program, { ...EXHAUSTIVE, ...options }, plainSandbox)
    explorer.advanceWhile(() => true)
    const { findings } = explorer.result()
    expect(findings.map(({ code, certainty, preemptions }) => [code, certainty, preemptions])).toEqual([
      ['free-without-grace-period', 'definite', 1],
    ])
  },
)

it('of the findings of several parts the definite one is kept', () => {
  const at = { file: 'a.ts', line: 1, column: 1 }
  const one = { code: 'double-free-page', severity: 'error', message: '', at, steps: 4, minimal: true } as const
  const possible: ExploredFinding = { ...one, certainty: 'possible', schedule: 's1', preemptions: 0 }
  const definite: ExploredFinding = { ...one, certainty: 'definite', schedule: 's1-2', preemptions: 1 }
  expect(mergeFindings([[possible], [definite]])).toEqual([definite])
  expect(mergeFindings([[definite], [possible]])).toEqual([definite])
})
