/** The optimal walk against every interleaving, on small random programs. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalText } from './canonical.ts'
import { judgeExecution } from './judging.ts'
import { NaiveWalk } from './naive.ts'
import { OptimalWalk } from './optimal.ts'
import { partsOfShard } from './shards.ts'
import { openSession } from './testing/open-session.ts'

const PRELUDE = `import {
  alloc_page, __free_page, get_page, put_page, page_ref_count, page_address, kmalloc, kfree, GFP_KERNEL,
  kthread_run, mutex, mutex_init, mutex_lock,
  mutex_trylock, mutex_unlock, init_rwsem, down_read, up_read, down_write, up_write, rw_semaphore, atomic_t,
  atomic_cmpxchg, atomic_inc, atomic_read, READ_ONCE, WRITE_ONCE, shared, completion, init_completion, complete,
  wait_for_completion, pr_info, module_exit, rcu_read_lock, rcu_read_unlock, synchronize_rcu, call_rcu, kthread_stop,
} from 'linux'
const A = mutex_init(new mutex())
const B = mutex_init(new mutex())
const S = init_rwsem(new rw_semaphore())
const D = init_completion(new completion())
const x = shared(0)
const y = shared(0)
const a = atomic_t(0)
const m = kmalloc(64, GFP_KERNEL)!
const g = alloc_page(GFP_KERNEL)!
`

/** One action of a task: lines whose steps belong together. */
const action = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('WRITE_ONCE(x, ID)', 'WRITE_ONCE(y, READ_ONCE(x))', 'READ_ONCE(x)') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'atomic_cmpxchg(a, 0, ID)',
      'atomic_cmpxchg(a, 1, ID + 1)',
      'atomic_inc(a)',
      'atomic_read(a)',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('m.write_u8(0, ID)', 'm.write_u32(0, ID)', 'm.read_u8(2)', 'm.write_u8(8, ID)'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'mutex_lock(A); WRITE_ONCE(x, ID); mutex_unlock(A)',
      'mutex_lock(A); mutex_lock(B); mutex_unlock(B); mutex_unlock(A)',
      'mutex_lock(B); mutex_lock(A); mutex_unlock(A); mutex_unlock(B)',
      'if (mutex_trylock(A)) { WRITE_ONCE(y, ID); mutex_unlock(A) }',
      'down_read(S); READ_ONCE(x); up_read(S)',
      'down_write(S); up_write(S)',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('complete(D)', 'wait_for_completion(D)') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'const p = alloc_page(GFP_KERNEL)!; __free_page(p)',
      'const q = kmalloc(32, GFP_KERNEL)!; q.write_u8(0, ID); kfree(q)',
      'get_page(g); put_page(g)',
      'kfree(m)',
      'put_page(g)',
      'page_ref_count(g)',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'rcu_read_lock(); READ_ONCE(x); rcu_read_unlock()',
      'WRITE_ONCE(x, ID); synchronize_rcu(); WRITE_ONCE(y, ID)',
      'call_rcu({}, () => { WRITE_ONCE(y, ID) })',
    ),
  },
)

const program = fc
  .array(fc.array(action, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 3 })
  .map((tasks) => {
    const bodies = tasks.map((actions, i) => {
      const text = actions.map((one) => `  { ${one.replaceAll('ID', String(i + 1))} }`).join('\n')
      return `kthread_run(() => {\n${text}\n}, 'task-${i}')`
    })
    const exit = 'module_exit(() => { pr_info(`${READ_ONCE(x)} ${READ_ONCE(y)} ${atomic_read(a)}`) })'
    return `${PRELUDE}${bodies.join('\n')}\n${exit}\n`
  })

interface Explored {
  executions: number
  readonly traces: Set<string>
  readonly endings: Set<string>
}

/** The long run compares 1,000 programs; the rest have too many interleavings. */
const LONG = process.env['PAGEWARD_LONG'] !== undefined
const TIMEOUT = LONG ? 20_000_000 : 120_000
const LIMIT = Number(process.env['PAGEWARD_NAIVE_LIMIT'] ?? (LONG ? 2000 : 300))

/** Explores one way; null if there are too many executions. */
function explore(text: string, naive: boolean): (Explored & { note: string }) | null {
  const { session, program: compiled, record } = openSession(text)
  const walk = naive ? new NaiveWalk(session, compiled, record) : new OptimalWalk(session, compiled, record)
  const endOf = new Map<string, string>()
  const found: Explored = { executions: 0, traces: new Set(), endings: new Set() }
  walk.run({
    executed: (trail, ending) => {
      found.executions++
      found.traces.add(canonicalText(trail))
      const findings = judgeExecution(record, compiled, 'v6.12', ending.outcome)
      // Of uses of one freed object only the first is reported, and which one that is may differ: codes alone.
      const codes = [...new Set(findings.map(({ code }) => code))].sort()
      const end = `${ending.outcome} ${record.lines.map((line) => line.text).join('|')} ${codes.join(' ')}`
      found.endings.add(end)
      // Executions that differ only in the order of independent events end the same.
      const trace = canonicalText(trail)
      expect(endOf.get(trace) ?? end).toBe(end)
      endOf.set(trace, end)
      return found.executions < LIMIT
    },
  })
  if (!walk.complete) return null
  const note =
    walk instanceof OptimalWalk ? `redundant ${walk.redundant} impossible ${walk.impossible} probes ${walk.probes}` : ''
  return { ...found, note }
}

/** The traces that the shards of a program visit, one after the other. */
function shardsOf(text: string, count: number): string[] {
  const found: string[] = []
  for (let index = 1; index <= count; index++) {
    const { session, program: compiled } = openSession(text)
    for (const orders of partsOfShard(session, compiled, index, count)) {
      const walk = new OptimalWalk(session, compiled, null, orders)
      walk.run({
        executed: (trail) => {
          found.push(canonicalText(trail))
          return true
        },
      })
      expect({ redundant: walk.redundant, impossible: walk.impossible }).toEqual({ redundant: 0, impossible: 0 })
    }
  }
  return found.sort()
}

describe('on random small programs', () => {
  it('the optimal walk visits each trace of the naive walk once, with the same endings', { timeout: TIMEOUT }, () => {
    const runs = Number(process.env['PAGEWARD_RUNS'] ?? (LONG ? 1500 : 20))
    const seed = Number(process.env['PAGEWARD_SEED'] ?? 1)
    let compared = 0
    let probes = 0
    fc.assert(
      fc.property(program, (text) => {
        const all = explore(text, true)
        if (all === null) return
        compared++
        const optimal = explore(text, false)
        expect(optimal).not.toBeNull()
        if (optimal === null) return
        probes += Number(/probes (\d+)/.exec(optimal.note)![1])
        const missing = [...all.traces].filter((trace) => !optimal.traces.has(trace))
        expect({
          missing: missing.length,
          note: optimal.note.replace(/ probes \d+/, ''),
          extra: optimal.traces.size - all.traces.size + missing.length,
        }).toEqual({
          missing: 0,
          note: 'redundant 0 impossible 0',
          extra: 0,
        })
        expect(optimal.executions).toBe(all.traces.size)
        expect(shardsOf(text, 3)).toEqual([...all.traces].sort())
        expect([...optimal.endings].sort()).toEqual([...all.endings].sort())
      }),
      { numRuns: runs, seed, ...(process.env['PAGEWARD_PATH'] ? { path: process.env['PAGEWARD_PATH'] } : {}) },
    )
    if (LONG) console.log(`${compared} programs compared of ${runs}, ${probes} probes`)
    expect(compared).toBeGreaterThan(runs / 3)
  })
})
