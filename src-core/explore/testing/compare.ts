/** Compares the optimal walk, and shards, with every interleaving of a program. */
import fc from 'fast-check'
import { expect } from 'vitest'
import { canonicalText } from '../canonical.ts'
import { Frontier } from '../frontier.ts'
import type { Outcome } from '../../trace/record.ts'
import { HandleCheck } from '../handle-check.ts'
import { judgeExecution } from '../judging.ts'
import { NaiveWalk } from '../naive.ts'
import { Names } from '../names.ts'
import { OptimalWalk } from '../optimal.ts'
import { partOf, partsFor, partsOfShard } from '../shards.ts'
import type { LongNotes } from './long-notes.ts'
import { openSession, type Opened } from './open-session.ts'

/** What an exploration gave: each trace with how its executions ended. */
interface Explored {
  executions: number
  /** It saw a stale pointer used, and began again. */
  readonly strict: boolean
  readonly endOf: Map<string, string>
  readonly figures: { readonly redundant: number; readonly impossible: number }
}

/** Explores one way; null if there are too many executions. */
function explore(opened: Opened, naive: boolean, limit: number, strict = false): Explored | null {
  const { session, program: compiled, record } = opened
  const walk = naive ? new NaiveWalk(session, compiled, record) : new OptimalWalk(session, compiled, record)
  const { trail } = walk
  trail.strict = strict
  const handles = new HandleCheck(session, compiled, record, trail)
  const endOf = new Map<string, string>()
  let executions = 0
  walk.run({
    executed: (_, ending) => {
      executions++
      const trace = canonicalText(trail)
      const end = endingOf({ program: compiled, record }, ending.outcome)
      // Executions that differ only in the order of independent events end the same.
      if (strict || !handles.isStale(trail)) expect(endOf.get(trace) ?? end).toBe(end)
      else return false
      endOf.set(trace, end)
      return executions < limit
    },
  })
  if (!strict && trail.stale) return explore(opened, naive, limit, true)
  if (!walk.complete) return null
  const { redundant = 0, impossible = 0 } = walk instanceof OptimalWalk ? walk : {}
  return { executions, strict, endOf, figures: { redundant, impossible } }
}

/** How an execution ended: outcome, lines, codes of its findings. */
function endingOf({ program, record }: Pick<Opened, 'program' | 'record'>, outcome: Outcome): string {
  const findings = judgeExecution(record, program, 'v6.12', outcome)
  // Of uses of one freed object only the first is reported, and which one that is may differ: codes alone.
  const codes = [...new Set(findings.map(({ code }) => code))].sort()
  return `${outcome} ${record.lines.map((line) => line.text).join('|')} ${codes.join(' ')}`
}

/** The traces that the shards of a program visit, one after the other. */
function shardsOf({ session, program: compiled }: Opened, count: number, strict: boolean): string[] {
  const found: string[] = []
  const names = new Names()
  const frontier = new Frontier(session, compiled, names, partsFor(count), strict)
  for (let index = 1; index <= count; index++) {
    for (const part of partsOfShard(frontier, index, count)) {
      const walk = new OptimalWalk(session, compiled, null, names, partOf(frontier, part))
      walk.trail.strict = strict
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

/** Compares the two ways; false if the program has more interleavings than `limit`. */
export function compare(text: string, sharded: boolean, limit: number): boolean {
  const opened = openSession(text)
  const all = explore(opened, true, limit)
  if (all === null) return false
  const optimal = explore(opened, false, limit)
  expect(optimal, text).not.toBeNull()
  // Each trace once, with the same ending as in any of its executions.
  expect({ ...optimal, endOf: byTrace(optimal!.endOf) }, text).toEqual({
    executions: all.endOf.size,
    strict: all.strict,
    endOf: byTrace(all.endOf),
    figures: { redundant: 0, impossible: 0 },
  })
  if (sharded) expect(shardsOf(opened, 3, all.strict), text).toEqual([...all.endOf.keys()].sort())
  return true
}

function byTrace(endOf: ReadonlyMap<string, string>): [string, string][] {
  return [...endOf].sort(([x], [y]) => (x < y ? -1 : 1))
}

/** Traces of a program as the optimal walk counts them, compared with those of every interleaving. */
export function tracesOf(text: string, limit: number): number {
  const all = explore(openSession(text), true, limit)
  expect(all, `more than ${limit} interleavings`).not.toBeNull()
  expect(compare(text, false, limit)).toBe(true)
  return all!.endOf.size
}

/**
 * Compares so many programs; one of each `sharded` is explored in shards too. Those with more than `limit`
 * interleavings do not count.
 */
export function compareAll(
  programs: fc.Arbitrary<string>,
  { wanted, sharded, limit, seed }: { wanted: number; sharded: number; limit: number; seed: number },
): void {
  let compared = 0
  for (const text of fc.sample(programs, { numRuns: wanted * 8, seed })) {
    if (compare(text, compared % sharded === sharded - 1, limit)) compared++
    if (compared === wanted) break
  }
  expect(compared).toBe(wanted)
}

/**
 * Compares the optimal walk with every interleaving of a program, `each` of them at a time: after that it is noted how
 * far it came, and that is where it goes on. Returns how many interleavings there are. `cut`: throws after a part.
 */
export function compareInParts(
  name: string,
  text: string,
  notes: LongNotes,
  each: number,
  cut: (compared: number) => boolean = () => false,
): number {
  const known = notes.of(name)
  if (known?.walk === null) return known.compared
  const opened = openSession(text)
  const optimal = explore(opened, false, Infinity)!
  // Each trace once: an interleaving of its own.
  expect({ name, executions: optimal.executions, ...optimal.figures }).toEqual({
    name,
    executions: optimal.endOf.size,
    redundant: 0,
    impossible: 0,
  })
  const walk = new NaiveWalk(opened.session, opened.program, opened.record)
  walk.trail.strict = optimal.strict
  if (known !== null) walk.restore(known.walk)
  let compared = known?.compared ?? 0
  while (!walk.complete) {
    walk.run({
      executed: (trail, ending) => {
        const trace = canonicalText(trail)
        expect(optimal.endOf.get(trace), `${name}: ${trace}`).toBe(endingOf(opened, ending.outcome))
        return ++compared % each !== 0
      },
    })
    notes.add({ name, compared, walk: walk.complete ? null : walk.save() })
    if (cut(compared)) throw new Error(`${name} was cut`)
  }
  return compared
}
