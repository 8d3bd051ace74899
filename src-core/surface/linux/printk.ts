/** linux/printk.h and linux/bug.h: the kernel log, and the program's own assertions. */
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { textOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

/** Longest line the log keeps, in characters. */
const LINE_LIMIT = 1000

export function linuxPrintk(s: Surface) {
  const { trace, log } = s

  function print(site: Site, level: 'info' | 'warn' | 'err', message: unknown): void {
    const text = textOf(message, 'the message')
    trace.begin(site)
    const index = log.line(level, text.length > LINE_LIMIT ? `${text.slice(0, LINE_LIMIT)}…` : text)
    s.done(Op.printk, 0, NO_SUBJECT, index, 0, 0)
  }

  const warned = new Set<Site>()

  function warn(site: Site, condition: unknown): boolean {
    const holds = Boolean(condition)
    trace.begin(site)
    s.done(Op.WARN_ON, 0, NO_SUBJECT, holds ? 1 : 0, 0, holds ? Flag.WARNED : 0)
    return holds
  }

  return {
    steps: {
      /** Prints a line to the kernel log. */
      pr_info(site: Site, message: string): void {
        print(site, 'info', message)
      },
      /** Prints a warning to the kernel log. */
      pr_warn(site: Site, message: string): void {
        print(site, 'warn', message)
      },
      /** Prints an error to the kernel log. */
      pr_err(site: Site, message: string): void {
        print(site, 'err', message)
      },
      /** Warns with a stack trace if the condition holds, and goes on. Returns the condition. */
      WARN_ON(site: Site, condition: unknown): boolean {
        return warn(site, condition)
      },
      /** `WARN_ON` that warns the first time only. */
      WARN_ON_ONCE(site: Site, condition: unknown): boolean {
        const first = Boolean(condition) && !warned.has(site)
        if (first) warned.add(site)
        warn(site, first)
        return Boolean(condition)
      },
      /** Stops the task with an oops if the condition holds. */
      BUG_ON(site: Site, condition: unknown): void {
        const holds = Boolean(condition)
        trace.begin(site)
        s.done(Op.BUG_ON, 0, NO_SUBJECT, holds ? 1 : 0, 0, holds ? Flag.FAULT : 0)
      },
    },
  }
}
