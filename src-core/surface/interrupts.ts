/**
 * Interrupt lines, who handles them, and what waits because interrupts are off.
 *
 * Kernel: kernel/irq/manage.c request_irq(), free_irq(); kernel/irq/handle.c __handle_irq_event_percpu().
 * Simplified: an interrupt arrives on the processor of the task that raises it. The handlers run in a task of their own
 * whose context is `irq`, before that task goes on; no threaded handlers, no storms, no affinity.
 */
import { changes, Part, reads, stops } from '../machine/state-watch.ts'
import { callUser, Driven, type Steps } from '../sched/driven.ts'
import { Gate, GateName } from '../sched/gate.ts'
import { NO_SUBJECT, Op } from '../trace/ops.ts'
import type { RunHost } from './run-host.ts'
import type { Site, Surface } from './surface.ts'

/** One handler of a line. */
export interface IrqAction {
  readonly handler: (irq: number, dev: unknown) => unknown
  readonly isShared: boolean
  readonly name: string
  readonly dev: unknown
}

export class Interrupts {
  private readonly lines = new Map<number, IrqAction[]>()
  /** Lines that were raised while interrupts were off, or the line was disabled; each once. */
  private readonly pending: number[] = []
  /** Depth of disable_irq() by line. */
  private readonly masked = new Map<number, number>()
  /** Tasks of handlers that run now, by line. */
  private readonly running = new Map<number, number>()
  /** By line: its handlers that run. */
  private readonly gates = new Map<number, Gate>()
  private host: RunHost | null = null

  constructor(private readonly s: Surface) {}

  /** Gives what runs handlers; called by the module that makes the first one. */
  attach(host: RunHost): void {
    this.host = host
  }

  /** Who waits until no handler of a line runs waits here. */
  gate(irq: number): Gate {
    let gate = this.gates.get(irq)
    if (gate === undefined) this.gates.set(irq, (gate = new Gate(this.s.locks, this.s.tasks, GateName.IRQ + irq)))
    return gate
  }

  actions(irq: number): readonly IrqAction[] {
    return this.lines.get(irq) ?? []
  }

  add(irq: number, action: IrqAction): void {
    this.s.isStateful = true
    changes(Part.IRQ, null, irq, irq + 1)
    this.lines.set(irq, [...this.actions(irq), action])
  }

  /** Takes the handler with a cookie off its line; undefined if there is none. */
  remove(irq: number, dev: unknown): IrqAction | undefined {
    changes(Part.IRQ, null, irq, irq + 1)
    const action = this.actions(irq).find((known) => known.dev === dev)
    if (action !== undefined)
      this.lines.set(
        irq,
        this.actions(irq).filter((known) => known !== action),
      )
    return action
  }

  /** Task that runs the handlers of a line now; -1 = none. */
  runningOn(irq: number): number {
    return this.running.get(irq) ?? -1
  }

  /** disable_irq() (1) and enable_irq() (-1). */
  mask(irq: number, by: 1 | -1): void {
    changes(Part.IRQ, null, irq, irq + 1)
    this.masked.set(irq, Math.max(0, (this.masked.get(irq) ?? 0) + by))
  }

  private isHeldBack(irq: number, task = this.s.control.task): boolean {
    const { tasks } = this.s
    return tasks.irqsOff(task) || (this.masked.get(irq) ?? 0) > 0 || this.running.has(irq)
  }

  /**
   * The device raises its line: the handlers run before the running task goes on, or as soon as interrupts are on
   * again. `task`: the one that is interrupted, if that is another one; it goes on after the handlers.
   */
  raise(site: Site, irq: number, task = this.s.control.task): Driven | undefined {
    const { s } = this
    changes(Part.IRQ, null, irq, irq + 1)
    if (this.actions(irq).length === 0 || this.isHeldBack(irq, task)) {
      const waits = this.actions(irq).length > 0
      stops(task, 'spared')
      if (waits && !this.pending.includes(irq)) this.pending.push(irq)
      s.trace.begin(site)
      s.done(Op.raise_irq, 0, NO_SUBJECT, irq, waits ? 1 : 0, 0)
      return undefined
    }
    return new Driven(this.interrupt(site, irq, task))
  }

  /** Interrupts may be on again: handles what is pending, before the running task goes on. */
  enabled(site: Site): Driven | undefined {
    // Whatever is pending on some line.
    reads(Part.IRQ, null)
    return this.pending.some((irq) => !this.isHeldBack(irq)) ? new Driven(this.drain(site)) : undefined
  }

  private *drain(site: Site): Steps {
    for (;;) {
      reads(Part.IRQ, null)
      const at = this.pending.findIndex((irq) => !this.isHeldBack(irq))
      if (at < 0) return undefined
      const [irq] = this.pending.splice(at, 1)
      changes(Part.IRQ, null, irq!, irq! + 1)
      if (this.actions(irq!).length > 0) yield* this.interrupt(site, irq!)
    }
  }

  /** A task is interrupted: it goes on when the handlers have ended. */
  private *interrupt(site: Site, irq: number, interrupted = this.s.control.task): Steps {
    const { s, host } = this
    if (host === null) return undefined
    const { tasks, trace } = s
    const actions = this.actions(irq)
    trace.begin(site)
    const { current } = tasks
    tasks.current = interrupted
    const handler = tasks.create(`irq/${irq}-${actions[0]!.name}`, 'irq')
    tasks.current = current
    // One that waits goes on waiting: that it tried to take a lock makes no difference to when it goes on.
    stops(interrupted, tasks.interrupt(interrupted) ? 'stopped' : 'spared')
    s.done(Op.raise_irq, 0, handler, irq, 0, 0)
    this.running.set(irq, handler)
    this.gate(irq).entered()
    host.scheduler.add(handler, this.handle(site, irq, actions))
    tasks.onEnd(handler, () => {
      this.running.delete(irq)
      changes(Part.IRQ, null, irq, irq + 1)
      this.gate(irq).left()
      stops(interrupted, tasks.resume(interrupted) ? 'resumed' : 'spared')
    })
    yield
    return undefined
  }

  private *handle(site: Site, irq: number, actions: readonly IrqAction[]): Steps {
    const { trace } = this.s
    for (const action of actions) {
      const result = yield* callUser(action.handler, [irq, action.dev])
      trace.begin(site)
      this.s.done(Op.irq_handled, 0, irq, typeof result === 'number' ? result | 0 : 0, 0, 0)
    }
    return undefined
  }
}
