/**
 * The exploring half of a worker: runs explorations in slices of time and listens in between. It is locked down like
 * the runner of programs, and can be killed like it.
 */
import type { Sandbox } from '../runtime/session.ts'
import { Explorer } from './explorer.ts'
import type { FromExplorer, ToExplorer } from './messages.ts'
import type { Incomplete } from './options.ts'
import { PieceExplorer, type Piece } from './piece.ts'
import { swapSteps } from './swap.ts'

export interface ExploreHost {
  send(message: FromExplorer): void
  newSandbox(): Sandbox
  /** Milliseconds since some start: only decides how long a slice lasts. */
  now(): number
  /** Calls back after what waits was received. */
  later(call: () => void): void
}

/** Milliseconds between two looks at what was received, and between two reports of progress. */
const SLICE_MS = 40
const PROGRESS_MS = 200
/** Executions between two looks at the clock. */
const LOOK_EVERY = 16

export class ExploreRunner {
  private explorer: Explorer | null = null
  /** Explores pieces of a shared exploration, and whether it has one. */
  private pieces: PieceExplorer | null = null
  private inPiece = false
  private job = 0
  private reported = 0
  /** Findings that were reported: a new one is told at once. */
  private findings = 0
  private paused = false
  private keepEvery = Infinity
  private kept = 0

  constructor(private readonly host: ExploreHost) {
    host.send({ type: 'ready' })
  }

  receive(message: ToExplorer): void {
    if (message.type === 'stop') {
      if (this.explorer !== null) this.finish(message.reason)
      if (this.inPiece) this.guard(() => this.endPiece())
      return
    }
    if (message.type === 'pause') {
      const goesOn = this.paused && !message.paused
      this.paused = message.paused
      if (goesOn) this.host.later(() => this.guard(() => this.slice()))
      return
    }
    if (message.type === 'open') {
      this.guard(() => {
        this.pieces = new PieceExplorer(message.program, message.options, this.host.newSandbox())
      })
      return
    }
    this.job = message.job
    const { pieces } = this
    if (message.type === 'piece' || message.type === 'conclude') {
      if (pieces === null) throw new Error('a piece came before what it belongs to')
      this.guard(() => {
        if (message.type === 'piece') this.beginPiece(pieces, message.piece)
        else {
          const findings = pieces.conclude(message.seen, message.names)
          this.host.send({ type: 'concluded', job: this.job, findings })
        }
      })
      return
    }
    if (message.type === 'swap') {
      const { job, program, options, schedule, step } = message
      this.guard(() => {
        const swapped = swapSteps(program, options, this.host.newSandbox(), schedule, step)
        this.host.send({ type: 'swapped', job, swapped })
      })
      return
    }
    this.paused = false
    this.keepEvery = message.keepEvery ?? Infinity
    this.guard(() => {
      this.explorer = new Explorer(message.program, message.options, this.host.newSandbox(), message.resume ?? null)
      this.findings = 0
      this.reported = this.kept = this.host.now()
      this.slice()
    })
  }

  private beginPiece(pieces: PieceExplorer, piece: Piece): void {
    pieces.begin(piece)
    this.inPiece = true
    this.findings = 0
    this.reported = this.host.now()
    this.slice()
  }

  private endPiece(): void {
    const { pieces } = this
    this.inPiece = false
    if (pieces !== null) this.host.send({ type: 'pieced', job: this.job, result: pieces.end() })
  }

  private slice(): void {
    const { host } = this
    const explorer = this.inPiece ? this.pieces : this.explorer
    if (explorer === null || this.paused) return
    const end = host.now() + SLICE_MS
    let n = 0
    const ended = explorer.advanceWhile(() => ++n % LOOK_EVERY !== 0 || host.now() < end)
    if (ended) {
      if (this.inPiece) this.endPiece()
      else this.finish(null)
      return
    }
    const { progress } = explorer
    if (progress.findings > this.findings || host.now() - this.reported > PROGRESS_MS) {
      this.reported = host.now()
      this.findings = progress.findings
      host.send({ type: 'progress', job: this.job, progress })
    }
    if (explorer instanceof Explorer && host.now() - this.kept > this.keepEvery) {
      this.kept = host.now()
      const checkpoint = explorer.checkpoint()
      if (checkpoint !== null) host.send({ type: 'kept', job: this.job, checkpoint })
    }
    host.later(() => this.guard(() => this.slice()))
  }

  private finish(reason: Incomplete | null): void {
    const { explorer } = this
    if (explorer === null) return
    this.explorer = null
    if (reason !== null) explorer.stopped(reason)
    this.guard(() => {
      // The checkpoint first: looking for the simplest schedules runs executions of its own.
      const checkpoint = explorer.checkpoint()
      this.host.send({ type: 'done', job: this.job, explored: explorer.result(), checkpoint })
    })
  }

  private guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.explorer = null
      this.inPiece = false
      // In a locked-down realm the stack shows places of the snippet only.
      const message = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error)
      this.host.send({ type: 'failed', job: this.job, message })
    }
  }
}
