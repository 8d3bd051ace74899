/** Executions of one exploration: nothing of one is left in the next, and a token gives the same bytes each time. */
import { describe, expect, it } from 'vitest'
import { Random } from '../base/random.ts'
import { runSum, parseSchedule, scheduleToken, TokenPolicy } from '../runtime/schedule-token.ts'
import { OptimalWalk } from './optimal.ts'
import { Explorer } from './explorer.ts'
import { EXHAUSTIVE, type Opened, openSession, plainSandbox } from './testing/open-session.ts'
import type { ExecutionRecord } from './execution-record.ts'

const DRIVER = `import {
  kthread_run, kmalloc, kfree, alloc_page, __free_page, get_page, put_page, vmalloc, vfree, GFP_KERNEL,
  shared, READ_ONCE, WRITE_ONCE, mutex, mutex_init, mutex_lock, mutex_unlock, page_address, pr_info, call_rcu,
  get_random_u32, kmem_cache_create,
  kmem_cache_alloc, kmem_cache_free, kmem_cache_destroy, module_exit, pfn_to_page, page_private, page_mapping,
  set_page_private, set_page_mapping,
} from 'linux'
let calls = 0
const seen = new Map<string, number>()
const lock = mutex_init(new mutex())
const p = shared(kmalloc(100, GFP_KERNEL))
const page = alloc_page(GFP_KERNEL)!
page_address(page)!.write_u32(8, 7)
const cache = kmem_cache_create('things', 200, 0, 0, null)!
calls++
seen.set('load', calls)
kthread_run(() => {
  mutex_lock(lock)
  const q = READ_ONCE(p)
  if (q) { q.write_u32(0, 5); kfree(q); WRITE_ONCE(p, null) }
  mutex_unlock(lock)
  get_page(page)
  put_page(page)
  const reserved = pfn_to_page(3)
  pr_info(\`\${page_private(reserved)} \${page_mapping(reserved)}\`)
  set_page_private(reserved, 2 ** 40)
  set_page_mapping(reserved, 0xffff_8880_0000_0000n)
  calls++
}, 'one')
kthread_run(() => {
  mutex_lock(lock)
  const q = READ_ONCE(p)
  if (q) { kfree(q); WRITE_ONCE(p, null) }
  mutex_unlock(lock)
  const v = vmalloc(8192)!
  v.write_u8(4096, 1)
  vfree(v)
  const object = kmem_cache_alloc(cache, GFP_KERNEL)!
  object.write_u64(0, 9n)
  kmem_cache_free(cache, object)
  call_rcu({}, () => pr_info('after a grace period'))
  calls++
}, 'two')
module_exit(() => {
  pr_info(\`\${calls} \${seen.size} \${get_random_u32()} \${page_address(page)!.read_u32(8)}\`)
  __free_page(page)
  kmem_cache_destroy(cache)
})
`

/** Everything that an execution leaves behind. */
function bytesOf(record: ExecutionRecord): string {
  const columns = record.chunks.map((chunk) => {
    const { ops, deltas, opCount, deltaCount, arena, arenaCount } = chunk
    return [
      ...Object.entries(ops).map(([name, column]) => [name, Array.from((column as Uint32Array).subarray(0, opCount))]),
      ...Object.entries(deltas).map(([name, column]) => [
        name,
        Array.from((column as Uint32Array).subarray(0, deltaCount)),
      ]),
      Array.from(arena.subarray(0, arenaCount)),
    ]
  })
  return JSON.stringify([columns, record.tasks, record.caches.map(({ name }) => name), record.lines, record.strings])
}

/** Runs a session once more, each step by the task picked. */
function execute(
  { session, record }: Pick<Opened, 'session' | 'record'>,
  pick: (able: readonly number[]) => number,
): void {
  record.reset(session.bootCaches)
  session.prepare()
  session.execute({
    known: () => -1,
    pick,
    went: () => undefined,
    added: () => undefined,
    stuck: () => undefined,
  })
}

describe('executions', () => {
  it('leave nothing behind: each replays with the same bytes in a fresh session', () => {
    const { session, record } = openSession(DRIVER)
    const random = new Random(3)
    const executions: { picks: number[]; bytes: string }[] = []
    for (let i = 0; i < 25; i++) {
      const picks: number[] = []
      execute({ session, record }, (able) => {
        const pick = able[random.next() % able.length]!
        picks.push(pick)
        return pick
      })
      executions.push({ picks, bytes: bytesOf(record) })
    }
    expect(new Set(executions.map(({ bytes }) => bytes)).size).toBeGreaterThan(5)
    for (const { picks, bytes } of executions.filter((_, i) => i % 3 === 0)) {
      const fresh = openSession(DRIVER)
      let at = 0
      execute(fresh, () => picks[at++]!)
      expect(bytesOf(fresh.record)).toBe(bytes)
    }
  })

  it('of the optimal walk are the same in two sessions', () => {
    const all = [1, 2].map(() => {
      const { session, program, record } = openSession(DRIVER)
      const walk = new OptimalWalk(session, program, record)
      const seen: string[] = []
      walk.run({
        executed: () => {
          seen.push(bytesOf(record))
          return seen.length < 40
        },
      })
      return seen
    })
    expect(all[0]).toEqual(all[1])
  })
})

const RACE = `import { kthread_run, kmalloc, kfree, GFP_KERNEL, shared, READ_ONCE, WRITE_ONCE } from 'linux'
const p = shared(kmalloc(64, GFP_KERNEL))
kthread_run(() => {
  const q = READ_ONCE(p)
  if (q) q.write_u32(0, 1)
}, 'reader')
kthread_run(() => {
  const q = READ_ONCE(p)
  WRITE_ONCE(p, null)
  kfree(q)
}, 'closer')
`

describe('schedule tokens', () => {
  it('are written and read back', () => {
    const schedule = {
      departures: [
        { at: 3, task: 2 },
        { at: 40, task: 0 },
      ],
      sum: '0abc',
    }
    expect(scheduleToken(schedule)).toBe('s1-3.2-11.0~0abc')
    expect(parseSchedule('s1-3.2-11.0~0abc')).toEqual(schedule)
    expect(parseSchedule('s1')).toEqual({ departures: [], sum: null })
    expect(parseSchedule('s2-1.1')).toContain('this version reads "s1"')
    expect(parseSchedule('nonsense!')).toContain('is no schedule token')
  })

  it('of a finding replay it, in the program and after an edit of white space', () => {
    const explorer = new Explorer(openSession(RACE).program, EXHAUSTIVE, plainSandbox)
    expect(explorer.advanceWhile(() => true)).toBe(true)
    const { findings, complete, executions } = explorer.result()
    expect({ complete, executions }).toEqual({ complete: true, executions: 3 })
    expect(findings.map(({ code, preemptions, minimal }) => ({ code, preemptions, minimal }))).toEqual([
      { code: 'slab-use-after-free', preemptions: 1, minimal: true },
    ])
    const schedule = parseSchedule(findings[0]!.schedule)
    if (typeof schedule === 'string') throw new Error(schedule)
    for (const text of [RACE, RACE.replaceAll('\n', '\n\n   ')]) {
      const { session, record } = openSession(text)
      session.prepare()
      const policy = new TokenPolicy(schedule, session.sense)
      session.replay(policy)
      expect(policy.missed).toBe(0)
      expect(runSum(record.chunks)).toBe(schedule.sum)
    }
  })

  it('do not fit a program that does something else, and their sum says so', () => {
    const explorer = new Explorer(openSession(RACE).program, EXHAUSTIVE, plainSandbox)
    explorer.advanceWhile(() => true)
    const schedule = parseSchedule(explorer.result().findings[0]!.schedule)
    if (typeof schedule === 'string') throw new Error(schedule)
    const { session, record } = openSession(RACE.replace('q.write_u32(0, 1)', 'q.read_u32(0)'))
    session.prepare()
    session.replay(new TokenPolicy(schedule, session.sense))
    expect(runSum(record.chunks)).not.toBe(schedule.sum)
  })

  it('are found by PCT and with a bound too', () => {
    for (const more of [{ mode: 'pct', maxExecutions: 60 }, { bound: 1 }] as const) {
      const explorer = new Explorer(openSession(RACE).program, { ...EXHAUSTIVE, ...more }, plainSandbox)
      explorer.advanceWhile(() => true)
      const { findings, complete } = explorer.result()
      expect(findings.map(({ code }) => code)).toEqual(['slab-use-after-free'])
      expect(complete).toBe('bound' in more)
    }
  })
})
