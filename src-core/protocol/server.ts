/**
 * Answers a window. Programs run one at a time; a newer `run` takes the place of an older one that still waits. The
 * last few finished runs stay open for questions.
 */
import { toC } from '../compiler/kernel-text/to-c.ts'
import { toRust } from '../compiler/kernel-text/to-rust.ts'
import { parseLesson } from '../lessons/parse.ts'
import type { Core, FinishedRun } from './core-interface.ts'
import {
  PROTOCOL_VERSION,
  type CallName,
  type Calls,
  type Notice,
  type RunSummary,
  type ServerMessage,
} from './messages.ts'
import type { Port } from './port.ts'
import { QUERIES, type QueryName } from './queries/index.ts'
import { RunView } from './queries/run-view.ts'
import type { TaskInfo } from '../trace/record.ts'
import { taskLabels } from './task-labels.ts'
import { checkMessage } from './validate.ts'

/** Runs kept for questions. */
const KEPT_RUNS = 4
const NEWER = 'a newer run took its place'

type Refusal = Extract<ServerMessage, { readonly error: unknown }>['error']

/** An answer that is an error of the protocol. */
class Refused extends Error {
  constructor(
    readonly code: Refusal['code'],
    message: string,
  ) {
    super(message)
  }
}

interface WaitingRun {
  readonly id: number
  readonly ask: Calls['run']['ask']
}

/** Serves one window over `port` until `close`. */
export function serve(port: Port, core: Core): { close(): void } {
  const server = new Server(port, core)
  return { close: () => server.close() }
}

class Server {
  private readonly views = new Map<number, RunView>()
  /** The run that was asked about last: it is on screen. */
  private shown = 0
  private waiting: WaitingRun | null = null
  private running = false
  private runs = 0
  private explorations = 0
  private closed = false
  private waitingCheck: { id: number; ask: Calls['lessonCheck']['ask'] } | null = null
  private checking = false
  private textChecks = 0

  constructor(
    private readonly port: Port,
    private readonly core: Core,
  ) {
    port.onMessage((data) => this.receive(data))
  }

  close(): void {
    this.closed = true
    this.waiting = null
    this.views.clear()
    if (this.running) this.core.cancel()
    if (this.explorations > 0) this.core.stopExplore()
  }

  private send(message: ServerMessage, transfer?: ArrayBuffer[]): void {
    if (!this.closed) this.port.postMessage(message, transfer)
  }

  private refuse(id: number, code: Refusal['code'], message: string): void {
    this.send({ id, error: { code, message } })
  }

  private receive(data: unknown): void {
    if (this.closed) return
    const message = checkMessage(data)
    if ('wrong' in message) {
      if (message.id !== null) this.refuse(message.id, 'bad-request', message.wrong)
      return
    }
    const { id, call, ask } = message
    if (call === 'run') {
      this.enqueue({ id, ask: ask as Calls['run']['ask'] })
      return
    }
    if (call === 'check') {
      void this.check(id, ask as Calls['check']['ask'])
      return
    }
    if (call === 'explore') {
      void this.explore(id, ask as Calls['explore']['ask'])
      return
    }
    if (call === 'swapSteps') {
      void this.swapSteps(id, ask as Calls['swapSteps']['ask'])
      return
    }
    if (call === 'lessonCheck') {
      void this.checkLesson(id, ask as Calls['lessonCheck']['ask'])
      return
    }
    try {
      const answer = this.answer(call, ask)
      this.send({ id, answer }, buffersOf(answer))
    } catch (error) {
      if (error instanceof Refused) this.refuse(id, error.code, error.message)
      else this.refuse(id, 'failed', `${call}: ${messageOf(error)}`)
    }
  }

  /** One at a time: of those that wait only the newest is answered. */
  private async checkLesson(id: number, ask: Calls['lessonCheck']['ask']): Promise<void> {
    if (this.waitingCheck !== null) this.refuse(this.waitingCheck.id, 'superseded', NEWER)
    this.waitingCheck = { id, ask }
    if (this.checking) return
    this.checking = true
    while (this.waitingCheck !== null && !this.closed) {
      const next: { id: number; ask: Calls['lessonCheck']['ask'] } = this.waitingCheck
      this.waitingCheck = null
      try {
        const answer = await this.core.checkLesson(next.ask)
        this.send({ id: next.id, answer })
      } catch (error) {
        this.refuse(next.id, 'failed', messageOf(error))
      }
    }
    this.checking = false
  }

  /** A newer check takes the place of one that goes on. */
  private async check(id: number, ask: Calls['check']['ask']): Promise<void> {
    const number = ++this.textChecks
    try {
      const findings = await this.core.check(ask, () => number === this.textChecks && !this.closed)
      if (findings === null) this.refuse(id, 'superseded', 'a newer check took its place')
      else this.send({ id, answer: { findings } })
    } catch (error) {
      this.refuse(id, 'failed', `check: ${messageOf(error)}`)
    }
  }

  private async explore(id: number, ask: Calls['explore']['ask']): Promise<void> {
    this.explorations++
    try {
      this.send({ id, answer: await this.core.explore(ask, (notice) => this.send(notice)) })
    } catch (error) {
      this.refuse(id, 'failed', messageOf(error))
    }
    this.explorations--
  }

  private async swapSteps(id: number, ask: Calls['swapSteps']['ask']): Promise<void> {
    try {
      this.send({ id, answer: await this.core.swapSteps(ask) })
    } catch (error) {
      this.refuse(id, 'failed', messageOf(error))
    }
  }

  private answer(
    call: Exclude<CallName, 'run' | 'check' | 'lessonCheck' | 'explore' | 'swapSteps'>,
    ask: unknown,
  ): unknown {
    switch (call) {
      case 'hello': {
        const { version, lastRun = 0 } = ask as Calls['hello']['ask']
        if (version !== PROTOCOL_VERSION) {
          throw new Refused(
            'bad-request',
            `the window speaks protocol ${version}, the core ${PROTOCOL_VERSION}: reload the window`,
          )
        }
        this.runs = Math.max(this.runs, lastRun)
        return { version: PROTOCOL_VERSION, eras: this.core.eras } satisfies Calls['hello']['answer']
      }
      case 'stopExplore':
        this.core.stopExplore()
        return {}
      case 'pauseExplore':
        this.core.pauseExplore((ask as Calls['pauseExplore']['ask']).paused)
        return {}
      case 'cancel':
        this.core.cancel()
        return {}
      case 'lesson': {
        const { id, files } = ask as Calls['lesson']['ask']
        return parseLesson(id, files['lesson.md'] ?? '')
      }
      case 'translate': {
        const { path, text, others = [] } = ask as Calls['translate']['ask']
        return { c: toC(path, text, others), rust: toRust(path, text) } satisfies Calls['translate']['answer']
      }
      case 'explain':
        return this.core.explain((ask as Calls['explain']['ask']).code)
      default:
        return this.query(call, ask)
    }
  }

  private query(call: QueryName, ask: unknown): unknown {
    const { run } = ask as { readonly run: number }
    const view = this.views.get(run)
    if (view === undefined) throw new Refused('no-such-run', `run ${run} is not kept any more`)
    // What is asked about is kept longest.
    this.views.delete(run)
    this.views.set(run, view)
    this.shown = run
    return (QUERIES[call] as (view: RunView, ask: unknown) => unknown)(view, ask)
  }

  private enqueue(run: WaitingRun): void {
    if (this.waiting !== null) this.refuse(this.waiting.id, 'superseded', NEWER)
    this.waiting = run
    if (this.running) this.core.supersede()
    else void this.work()
  }

  private async work(): Promise<void> {
    this.running = true
    while (this.waiting !== null && !this.closed) {
      const { id, ask } = this.waiting
      this.waiting = null
      const run = ++this.runs
      try {
        const finished = await this.core.runProgram(ask, run, (notice) => this.notify(notice))
        if (this.closed) break
        this.keep(run, finished)
        // A run that was cut short for a newer one has no answer worth showing.
        if (this.waiting !== null && finished.record.outcome === 'budget') this.refuse(id, 'superseded', NEWER)
        else this.send({ id, answer: summaryOf(run, finished) })
      } catch (error) {
        this.refuse(id, 'failed', messageOf(error))
      }
    }
    this.running = false
  }

  private notify(notice: Notice): void {
    this.send(notice)
  }

  /** A text that did not compile has nothing to be asked about, and must not drive out the run that is on screen. */
  private keep(run: number, finished: FinishedRun): void {
    if (finished.report.outcome === 'compile-error') return
    this.views.set(run, new RunView(finished))
    for (const [old, view] of this.views) {
      if (this.views.size <= KEPT_RUNS) break
      if (old === this.shown) continue
      this.views.delete(old)
      this.core.recycle?.(view.run)
    }
  }
}

/** What a window is told of a run at once. */
export function summaryOf(run: number, finished: FinishedRun): RunSummary {
  const { record, store, report, compileMs, runMs, judgeMs } = finished
  return {
    run,
    report,
    machine: record.machine,
    tasks: labelled(record.tasks),
    log: record.log,
    steps: store.steps,
    allocations: store.allocations,
    compileMs,
    runMs,
    judgeMs,
  }
}

/** The tasks as a person tells them apart. */
function labelled(tasks: readonly TaskInfo[]): readonly TaskInfo[] {
  const labels = taskLabels(tasks)
  return tasks.map((task, index) => ({ ...task, name: labels[index] ?? task.name }))
}

/** Buffers of the typed arrays of an answer: they move instead of being copied. */
function buffersOf(answer: unknown): ArrayBuffer[] {
  if (typeof answer !== 'object' || answer === null) return []
  const buffers = new Set<ArrayBuffer>()
  for (const value of Object.values(answer)) {
    if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer) buffers.add(value.buffer)
  }
  return [...buffers]
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
