/**
 * The debug mode of the dependence relation: exchanges neighbouring steps that are said not to depend on each other and
 * compares what comes of it: who could go on, what each step recorded, the state after the two, and the end of the run.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Random } from '../base/random.ts'
import type { Session } from '../runtime/session.ts'
import { OP_NAMES } from '../trace/ops.ts'
import { dependent } from './event.ts'
import type { ExecutionRecord } from './execution-record.ts'
import { judgeExecution } from './judging.ts'
import type { Entangled, Independence } from './options.ts'
import { StateLines } from './state-lines.ts'
import { Trail, type Chooser } from './trail.ts'

/** What one order of the steps came to. */
interface Came {
  /** Process that could not go on when it should; -1 = none. */
  stuck: number
  /** Who could go on after the two steps. */
  able: string
  /** The two steps' rows, by process. */
  readonly rows: Map<number, string>
  lines: readonly string[]
  end: string
}

export class IndependenceCheck implements Chooser {
  /** Pairs exchanged so far. */
  pairs = 0
  readonly entangled: Entangled[] = []
  private readonly trail: Trail
  private readonly state: StateLines
  private order: readonly number[] = []
  private at = 0
  private came: Came = newCame()

  constructor(
    private readonly session: Session,
    private readonly program: CompiledProgram,
    private readonly record: ExecutionRecord,
    private readonly era: string,
    private readonly random: Random,
    explored: Trail,
  ) {
    this.trail = new Trail(session, program, this, record, explored.names)
    this.trail.tracks = false
    this.state = new StateLines(explored.names, record)
  }

  /** The figures so far. */
  get found(): Independence {
    return { pairs: this.pairs, entangled: this.entangled }
  }

  /** Exchanges up to `most` pairs of the execution that has just ended, picked by chance. */
  check(executed: Trail, most: number): void {
    const order = executed.order.slice(0, executed.depth)
    const places: number[] = []
    for (let i = 0; i + 1 < order.length; i++) if (areIndependent(executed, i)) places.push(i)
    for (let n = 0; n < most && places.length > 0; n++) {
      const [place] = places.splice(this.random.next() % places.length, 1)
      this.exchange(order, place!)
    }
  }

  private exchange(order: readonly number[], at: number): void {
    this.pairs++
    const there = this.run(order, at)
    const swapped = order.slice()
    swapped[at] = order[at + 1]!
    swapped[at + 1] = order[at]!
    const back = this.run(swapped, at)
    const differences = differencesOf(there, back)
    if (differences.length === 0) return
    const steps = [there.rows.get(order[at]!) ?? '', there.rows.get(order[at + 1]!) ?? ''] as const
    this.entangled.push({ steps, differences: differences.slice(0, 6) })
  }

  private run(order: readonly number[], at: number): Came {
    this.came = newCame()
    this.order = order
    this.at = at
    const ending = this.trail.run()
    const { came, record, program, trail } = this
    if (trail.depth === at + 2) came.lines = this.state.read(this.session.inside)
    if (ending === null) return came
    const codes = judgeExecution(record, program, this.era, ending.outcome).map(({ code }) => code)
    const log = record.lines.map(({ text }) => text).sort()
    came.end = [ending.outcome, ...log, ...new Set(codes.sort())].join(' | ')
    return came
  }

  // ---- Chooser

  choose(depth: number, able: readonly number[]): number {
    if (depth === this.at + 2) {
      this.came.able = [...able].sort((x, y) => x - y).join()
      this.came.lines = this.state.read(this.session.inside)
    }
    const process = this.order[depth] ?? able[0]!
    this.step = this.session.inside.trace.step
    if (able.includes(process)) return process
    this.came.stuck = process
    return -1
  }
  private step = 0

  couldNot(depth: number, process: number): void {
    if (depth < this.order.length) this.came.stuck = process
  }

  made(depth: number): void {
    if (depth !== this.at && depth !== this.at + 1) return
    this.came.rows.set(this.trail.order[depth]!, this.rows())
  }

  /** What the last event recorded, as text. */
  private rows(): string {
    const { trace } = this.session.inside
    const { openChunk } = trace
    const { ops, firstStep } = openChunk
    const rows: string[] = []
    for (let step = Math.max(this.step + 1, firstStep); step <= trace.step; step++) {
      const i = step - firstStep
      const place = this.program.sites[ops.site[i]!]
      const memory = this.trail.names.memory(ops.allocation[i]!, 0)
      rows.push(`${place?.line}:${place?.column} ${OP_NAMES[ops.kind[i]!]} memory ${memory} flags ${ops.flags[i]}`)
    }
    return rows.join('; ')
  }
}

function newCame(): Came {
  return { stuck: -1, able: '', rows: new Map(), lines: [], end: '' }
}

/** True if the events at `i` and `i + 1` are of two processes, and said to be independent. */
function areIndependent(executed: Trail, i: number): boolean {
  const { events, order } = executed
  return order[i] !== order[i + 1] && !executed.relation.before(i, i + 1) && !dependent(events[i]!, events[i + 1]!)
}

function differencesOf(there: Came, back: Came): string[] {
  if (there.stuck !== back.stuck) return [`process ${Math.max(there.stuck, back.stuck)} cannot go on in one order`]
  const found: string[] = []
  if (there.able !== back.able) found.push(`able ${there.able} or ${back.able}`)
  for (const [process, rows] of there.rows) {
    if (back.rows.get(process) !== rows) found.push(`recorded "${rows}" or "${back.rows.get(process)}"`)
  }
  for (const line of there.lines) if (!back.lines.includes(line)) found.push(`first order: ${line}`)
  for (const line of back.lines) if (!there.lines.includes(line)) found.push(`second order: ${line}`)
  if (there.end !== back.end) found.push(`ends as "${there.end}" or "${back.end}"`)
  return found
}
