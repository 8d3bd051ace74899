/**
 * linux/interrupt.h, linux/irqflags.h, linux/preempt.h: handlers, interrupts off, which context code runs in.
 * Follows kernel/irq at v6.12 in outline (surface/interrupts.ts).
 */
import { Part, reads } from '../../machine/state-watch.ts'
import { Context, ContextMask, TaskState } from '../../trace/fields.ts'
import { Flag, KindFlag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { RunHost } from '../run-host.ts'
import { textOf, wholeOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

const EBUSY = -16
const EINVAL = -22
const IRQF_SHARED = 0x80
const MAX_IRQ = 65_535
const FLAGS_ON = 0x200

export function linuxInterrupt(s: Surface, host: RunHost) {
  const { tasks, trace, interrupts } = s
  interrupts.attach(host)
  const plain = (site: Site, kind: number, a = 0): void => {
    trace.begin(site)
    s.done(kind, 0, NO_SUBJECT, a, 0, 0)
  }
  const context = (): number => tasks.context(tasks.current)

  const line = (irq: number): number => s.integer(irq, 'irq', 0, MAX_IRQ, true)

  return {
    steps: {
      /**
       * Registers a handler for an interrupt line: `handler(irq, dev)` returns IRQ_HANDLED or IRQ_NONE. It runs in
       * hardirq context and may not sleep. Returns 0, -EBUSY if the line is taken and not shared by both, -EINVAL
       * for a line that there is not, without a handler, or for a shared line without a cookie.
       */
      request_irq<T>(
        site: Site,
        irq: number,
        handler: (irq: number, dev: T) => number,
        flags: number,
        name: string,
        dev: T,
      ): number {
        host.needsInterleaving()
        wholeOf(flags, 'flags')
        trace.begin(site)
        const line = s.integer(irq, 'irq', 0, 2 ** 32 - 1)
        const isShared = (flags & IRQF_SHARED) !== 0
        reads(Part.IRQ, null, line, line + 1)
        const others = line <= MAX_IRQ ? interrupts.actions(line) : []
        let result = 0
        if (line > MAX_IRQ || typeof handler !== 'function' || (isShared && (dev === null || dev === undefined)))
          result = EINVAL
        else if (others.length > 0 && !(isShared && others.every((action) => action.isShared))) result = EBUSY
        else if (s.failures.armed && s.failures.take(Op.request_irq)) result = EBUSY
        if (result === 0)
          interrupts.add(line, {
            handler: handler as (irq: number, dev: unknown) => unknown,
            isShared,
            name: textOf(name, 'the name'),
            dev,
          })
        s.done(Op.request_irq, 0, line, result, 0, result === 0 ? 0 : Flag.FAILED)
        return result
      },
      /** Turns interrupts off for the running task. It may not sleep until they are on again. */
      local_irq_disable(site: Site): void {
        tasks.addIrqsOff(s.control.task, 1)
        plain(site, Op.local_irq_disable)
      },
      /** Turns interrupts on again. An interrupt that was pending is handled now. */
      local_irq_enable(site: Site): void {
        tasks.addIrqsOff(s.control.task, -1)
        plain(site, Op.local_irq_enable)
        return interrupts.enabled(site) as void
      },
      /** Turns interrupts off; what they were is kept in `flags[0]`. */
      local_irq_save(site: Site, flags: number[]): void {
        if (Array.isArray(flags)) flags[0] = tasks.irqsOff(s.control.task) ? 0 : FLAGS_ON
        tasks.addIrqsOff(s.control.task, 1)
        plain(site, Op.local_irq_disable)
      },
      /** Lets interrupts in as before. An interrupt that was pending is handled now. */
      local_irq_restore(site: Site, flags: number | number[]): void {
        void flags
        tasks.addIrqsOff(s.control.task, -1)
        plain(site, Op.local_irq_enable)
        return interrupts.enabled(site) as void
      },
      /** Keeps softirqs (RCU callbacks, timers) off this processor. Nests. The task may not sleep. */
      local_bh_disable(site: Site): void {
        tasks.enter(s.control.task, Context.BH_OFF)
        plain(site, Op.local_bh_disable)
      },
      /** Ends what `local_bh_disable` began. */
      local_bh_enable(site: Site): void {
        tasks.leave(s.control.task, Context.BH_OFF)
        plain(site, Op.local_bh_enable)
      },
      /** Says that this code may sleep: a mistake in atomic context, even if it does not sleep this time. */
      might_sleep(site: Site): void {
        plain(site, Op.might_sleep)
      },
      /** Keeps the handlers of a line from starting; does not wait for one that runs. Nests. */
      disable_irq_nosync(site: Site, irq: number): void {
        interrupts.mask(line(irq), 1)
        plain(site, Op.other, irq | 0)
      },
    },
    suspending: {
      /**
       * Takes the handler with the cookie `dev` off its line and waits until it has ended. Never from a handler.
       * Returns `dev`; null with a warning if there is no such handler.
       */
      free_irq<T>(site: Site, irq: number, dev: T): T | null {
        const running = interrupts.runningOn(irq)
        if (running >= 0 && tasks.state(running) !== TaskState.ENDED && tasks.state(running) !== TaskState.OOPSED) {
          interrupts.gate(irq | 0).wait()
          return host.blocked as unknown as T
        }
        trace.begin(site)
        const line = s.integer(irq, 'irq', 0, MAX_IRQ)
        interrupts.gate(line).passed()
        const found = interrupts.remove(line, dev)
        s.done(Op.free_irq, 0, line, 0, 0, found === undefined ? Flag.WARNED : 0)
        return found === undefined ? null : dev
      },
      /** Keeps the handlers of a line from starting and waits for one that runs. Nests. */
      disable_irq(site: Site, irq: number): void {
        const running = interrupts.runningOn(line(irq))
        if (running >= 0) {
          interrupts.gate(irq | 0).wait()
          return host.blocked as unknown as void
        }
        interrupts.gate(irq | 0).passed()
        interrupts.mask(irq | 0, 1)
        trace.begin(site)
        s.done(Op.other, 0, irq >>> 0, 0, 0, KindFlag.SLEEPS)
      },
      /** Ends what `disable_irq` began. An interrupt that came meanwhile is handled now. */
      enable_irq(site: Site, irq: number): void {
        interrupts.mask(line(irq), -1)
        plain(site, Op.other, irq | 0)
        return interrupts.enabled(site) as unknown as void
      },
    },
    pure: {
      /** True in a hardirq handler. No step. */
      in_hardirq(): boolean {
        return (context() & ContextMask.HARDIRQ) !== 0
      },
      /** True in a hardirq handler or a softirq, and with softirqs off. No step. */
      in_interrupt(): boolean {
        return (context() & (ContextMask.HARDIRQ | ContextMask.SOFTIRQ)) !== 0
      },
      /** True in process context, also with softirqs off. No step. */
      in_task(): boolean {
        return (context() & (ContextMask.HARDIRQ | Context.SOFTIRQ)) === 0
      },
      /**
       * True where the task may not be preempted: in handlers, with a spinlock held or preemption off. As in a kernel
       * with CONFIG_PREEMPT_COUNT (a preemptible one, or DEBUG_ATOMIC_SLEEP): others count no spinlock and no
       * preempt_disable(). No step.
       */
      in_atomic(): boolean {
        return (context() & (ContextMask.PREEMPT | ContextMask.HARDIRQ | ContextMask.SOFTIRQ)) !== 0
      },
      /** True if interrupts are off for the running task. No step. */
      irqs_disabled(): boolean {
        return tasks.irqsOff(tasks.current)
      },
      /** The counter behind `in_atomic`, as a kernel with CONFIG_PREEMPT_COUNT packs it. No step. */
      preempt_count(): number {
        return context() & (ContextMask.PREEMPT | ContextMask.HARDIRQ | ContextMask.SOFTIRQ)
      },
    },
    values: {
      /** The interrupt was not from this device. */
      IRQ_NONE: 0,
      /** The interrupt was handled. */
      IRQ_HANDLED: 1,
      /** The handler asks to wake its thread. */
      IRQ_WAKE_THREAD: 2,
      /** The line may be shared; handlers are told apart by their cookies. */
      IRQF_SHARED: 0x80 as number,
      /** The line is triggered by a rising edge. */
      IRQF_TRIGGER_RISING: 1 as number,
      /** The line is triggered by a high level. */
      IRQF_TRIGGER_HIGH: 4 as number,
    },
  }
}
