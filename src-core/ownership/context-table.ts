/**
 * In which contexts the tasks of a run are: what keeps each from sleeping, folded from Field.CONTEXT, with the step
 * that opened each section (KERNEL_FACTS §14).
 */
import { Context, ContextMask } from '../trace/fields.ts'
import type { TaskInfo } from '../trace/record.ts'

/** The counters that are sections, outermost reason first when a diagnosis names one. */
const COUNTERS = [
  ContextMask.HARDIRQ,
  ContextMask.SOFTIRQ,
  ContextMask.PREEMPT,
  ContextMask.IRQS_OFF,
  ContextMask.RCU,
] as const

/** A section that a task is in. */
export interface Section {
  /** One of the bits of `ContextMask`. */
  readonly mask: number
  /** Step that opened it; of nested ones the first. */
  readonly since: number
}

export class ContextTable {
  /** By task: its packed counters. */
  private readonly values: number[] = []
  /** By task: the steps that opened its sections, per counter. */
  private readonly opened: (number[] | undefined)[] = []

  /** `tasks`: the tasks of the run so far; a handler's context is its own from its first row on. */
  constructor(private readonly tasks: () => readonly TaskInfo[]) {}

  /** A task's counters changed at a step. */
  set(task: number, value: number, step: number): void {
    const old = this.of(task)
    this.values[task] = value
    const steps = (this.opened[task] ??= COUNTERS.map(() => 0))
    COUNTERS.forEach((mask, i) => {
      if ((value & mask) === 0) steps[i] = 0
      else if ((old & mask) === 0) steps[i] = step
    })
  }

  /** What keeps a task from sleeping, packed as `Context`; 0 = it may sleep. */
  of(task: number): number {
    return (this.values[task] ??= this.first(task))
  }

  /** True in an interrupt handler or a softirq: code that belongs to no task. */
  inInterrupt(task: number): boolean {
    return (this.of(task) & (ContextMask.HARDIRQ | ContextMask.SOFTIRQ)) !== 0
  }

  inReadSection(task: number): boolean {
    return (this.of(task) & ContextMask.RCU) !== 0
  }

  /** The sections that a task is in. */
  sections(task: number): Section[] {
    const value = this.of(task)
    return COUNTERS.flatMap((mask, i) => ((value & mask) === 0 ? [] : [{ mask, since: this.opened[task]?.[i] ?? 0 }]))
  }

  private first(task: number): number {
    const context = this.tasks()[task]?.context
    return context === 'irq' ? Context.HARDIRQ | Context.IRQS_OFF : context === 'softirq' ? Context.SOFTIRQ : 0
  }
}
