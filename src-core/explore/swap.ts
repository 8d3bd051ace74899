/**
 * Exchanges two neighbouring steps of a schedule and says what comes of it: whether the order is possible, the schedule
 * as a token, what the rules say, and the first step that does something else than it did.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import { byRule, parseSchedule, type Departure } from '../runtime/schedule-token.ts'
import { DEFAULT_BUDGETS } from '../runtime/run-options.ts'
import { Session, type Sandbox } from '../runtime/session.ts'
import { Flag, OP_NAMES } from '../trace/ops.ts'
import { siteOf, judgeExecution } from './judging.ts'
import { ExecutionRecord } from './execution-record.ts'
import { Names } from './names.ts'
import type { ExploreOptions, Swapped, SwappedStep } from './options.ts'
import { Replay } from './replay.ts'
import { Trail, type Chooser } from './trail.ts'

/** A step of the schedule: who made it, and the rows that it recorded. */
interface Made {
  readonly process: number
  readonly first: number
  readonly last: number
}

/** A row as it is compared: what it says does not depend on ids that count in the order things happen. */
interface Line {
  readonly step: number
  readonly task: number
  readonly file: string
  readonly line: number
  readonly does: string
}

class Swap implements Chooser {
  private readonly trail: Trail
  private departures: readonly Departure[] = []
  private next = 0
  private order: readonly number[] | null = null
  private stuck = -1
  private readonly steps: Made[] = []
  private before = 0

  constructor(
    private readonly session: Session,
    private readonly program: CompiledProgram,
    private readonly record: ExecutionRecord,
    private readonly era: string,
  ) {
    this.trail = new Trail(session, program, this, record, new Names())
    this.trail.tracks = false
  }

  /** Exchanges the step of the schedule that recorded row `row` with the one after it. */
  swap(schedule: string, row: number): Swapped {
    const parsed = parseSchedule(schedule)
    if (typeof parsed === 'string') return impossible(parsed)
    this.departures = parsed.departures
    this.run(null)
    const was = this.lines()
    const had = this.codes()
    const order = this.trail.order.slice(0, this.trail.depth)
    const at = this.steps.findIndex(({ first, last }) => row >= first && row <= last)
    const [one, other] = [this.steps[at], this.steps[at + 1]]
    if (one === undefined) return impossible('this step belongs to no task of the schedule')
    if (other === undefined) return impossible('nothing comes after this step')
    if (one.process === other.process) return impossible('the next step is of the same task')
    const swapped = order.slice(0, at + 2)
    swapped[at] = other.process
    swapped[at + 1] = one.process
    // What comes after keeps its order for as long as it can.
    this.run([...swapped, ...order.slice(at + 2)], at + 2)
    if (this.stuck >= 0) return impossible('the second cannot go first, it waits for what the first one does')
    const now = this.lines()
    const has = this.codes()
    const { token } = new Replay(this.session, this.program, this.record, this.trail).token(
      this.trail.order.slice(0, this.trail.depth),
    )
    return {
      schedule: token,
      why: null,
      difference: difference(was, now),
      gone: had.filter((code) => !has.includes(code)),
      come: has.filter((code) => !had.includes(code)),
    }
  }

  /** Steps of the order that have to be possible; the others give way to the rule. */
  private certain = 0

  private run(order: readonly number[] | null, certain = 0): void {
    this.order = order
    this.certain = certain
    this.next = 0
    this.stuck = -1
    this.steps.length = 0
    this.before = 0
    this.ending = this.trail.run()
  }
  private ending: ReturnType<Trail['run']> = null

  private codes(): string[] {
    if (this.ending === null) return []
    const findings = judgeExecution(this.record, this.program, this.era, this.ending.outcome)
    const places = findings.map(({ code, step }) => {
      const site = this.program.sites[siteOf(this.record, step)]
      return site === undefined ? code : `${code} in line ${site.line}`
    })
    return [...new Set(places)].sort()
  }

  private lines(): Line[] {
    const { sites, files } = this.program
    const lines: Line[] = []
    for (const { ops, opCount, firstStep } of this.record.chunks) {
      for (let i = 0; i < opCount; i++) {
        const site = sites[ops.site[i]!]
        const flags = ops.flags[i]!
        const name = OP_NAMES[ops.kind[i]!]!
        const value = name.startsWith('cell_') || /count|test/.test(name) ? ` of ${ops.a[i]}` : ''
        const memory = this.trail.names.memory(ops.allocation[i]!, 0)
        const how = [
          (flags & Flag.FAILED) !== 0 ? 'fails' : '',
          (flags & Flag.FAULT) !== 0 ? 'faults' : '',
          (flags & Flag.LAST) !== 0 ? 'frees the memory' : '',
        ].filter((text) => text !== '')
        const does = `${site?.callee ?? name}${value}${how.length > 0 ? `, ${how.join(', ')}` : ''}`
        const file = files[site?.file ?? 0] ?? ''
        lines.push({ step: firstStep + i, task: ops.task[i]!, file, line: site?.line ?? 0, does: `${does}\0${memory}` })
      }
    }
    return lines
  }

  // ---- Chooser

  choose(depth: number, able: readonly number[]): number {
    this.before = this.session.inside.trace.step
    const last = depth > 0 ? this.trail.order[depth - 1]! : -1
    if (this.order !== null) {
      const process = this.order[depth]
      if (process !== undefined && able.includes(process)) return process
      if (depth >= this.certain) return byRule(last, able)
      this.stuck = depth
      return -1
    }
    const due = this.departures[this.next]
    if (due === undefined || due.at > depth) return byRule(last, able)
    const process = able.find((one) => this.trail.taskOfProcess(one) === due.task)
    if (process !== undefined) return process
    this.next++
    return byRule(last, able)
  }

  couldNot(depth: number, process: number): void {
    if (this.order !== null && depth < this.certain) this.stuck = depth
    const due = this.departures[this.next]
    if (due !== undefined && due.at <= depth && this.trail.taskOfProcess(process) === due.task) this.next++
  }

  made(depth: number): void {
    const due = this.departures[this.next]
    if (due !== undefined && due.at <= depth) this.next++
    const last = this.session.inside.trace.step
    this.steps[depth] = { process: this.trail.order[depth]!, first: this.before + 1, last }
  }
}

/** Exchanges two steps of a schedule in a session of its own. */
export function swapSteps(
  program: CompiledProgram,
  { era, machine, steps }: ExploreOptions,
  sandbox: Sandbox,
  schedule: string,
  step: number,
): Swapped {
  const record = new ExecutionRecord()
  const budgets = { ...DEFAULT_BUDGETS, steps }
  const config = { ...program.pragmas.machine, ...machine }
  const session = new Session(program, { era, machine: config, budgets, interleaved: true }, sandbox, record)
  return new Swap(session, program, record, era).swap(schedule, step)
}

function impossible(why: string): Swapped {
  return { schedule: null, why, difference: null, gone: [], come: [] }
}

/** The first row that is not what the same row of its task was. */
function difference(was: readonly Line[], now: readonly Line[]): Swapped['difference'] {
  const before = byTask(was)
  const count = new Map<number, number>()
  for (const line of now) {
    const nth = count.get(line.task) ?? 0
    count.set(line.task, nth + 1)
    const old = before.get(line.task)?.[nth]
    if (old?.does !== line.does || old.line !== line.line) return { was: plain(old), now: plain(line) }
  }
  for (const [task, lines] of before) {
    const missing = lines[count.get(task) ?? 0]
    if (missing !== undefined) return { was: plain(missing), now: null }
  }
  return null
}

function byTask(lines: readonly Line[]): Map<number, Line[]> {
  const tasks = new Map<number, Line[]>()
  for (const line of lines) tasks.set(line.task, [...(tasks.get(line.task) ?? []), line])
  return tasks
}

function plain(line: Line | undefined): SwappedStep | null {
  if (line === undefined) return null
  return { step: line.step, task: line.task, file: line.file, line: line.line, does: line.does.replace(/\0.*/, '') }
}
