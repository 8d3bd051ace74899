/**
 * What a real kernel prints when the program misuses memory: the first lines of its reports, in order.
 *
 * Kernel: mm/debug.c dump_page(), mm/page_alloc.c bad_page(), mm/slub.c, mm/vmalloc.c, mm/kasan/report.c; the wording
 * was measured on 6.12.117 (ground-truth/reports).
 * Simplified: heads only; no register dumps, no stacks.
 */
import type { TraceWriter } from '../trace/writer.ts'

export interface KernelReport {
  /** Step that was running. */
  readonly step: number
  readonly level: 'info' | 'warn' | 'bug'
  /** What the kernel prints; several lines are separated by a newline. */
  readonly text: string
}

/** A report of SLUB's debugging about an object, for the record of the run. */
export interface SlubReport {
  /** Physical address where the object starts. */
  readonly phys: number
  readonly text: string
}

/** A report about a page frame, for the record of the run. */
export interface FrameReport {
  readonly pfn: number
  readonly text: string
}

export class KernelReports {
  /** Reports about frames that no row of the trace names yet: the surface writes one each after the row of the step. */
  readonly aboutFrames: FrameReport[] = []
  /** Reports about objects that no row of the trace names yet: the surface writes one each after the call's own row. */
  readonly aboutObjects: SlubReport[] = []
  readonly list: KernelReport[] = []
  /** Name of the running task (`current->comm`), its pid and cpu. */
  comm = 'insmod'
  pid = 1
  cpu = 0
  /** Simulated time in milliseconds, for messages that may not come too often. */
  clock: () => number = () => 0
  /** The kernel log: where `print` goes beside the list. */
  console: ((level: KernelReport['level'], line: string) => void) | null = null

  /** Lines of WARN_ON_ONCE that have warned. */
  private readonly warned = new Set<string>()

  constructor(private readonly trace: TraceWriter) {}

  add(level: KernelReport['level'], text: string): void {
    this.list.push({ step: this.trace.step, level, text })
  }

  /** True the first time that a WARN_ON_ONCE of this line is met. */
  isFirstOf(where: string): boolean {
    if (this.warned.has(where)) return false
    this.warned.add(where)
    return true
  }

  /** Header of a WARN: `file:line function`. */
  warnHeader(where: string): string {
    return `WARNING: CPU: ${this.cpu} PID: ${this.pid} at ${where}`
  }

  /** printk(): one line of the kernel log, about something that is no mistake of the program. */
  print(level: KernelReport['level'], line: string): void {
    this.add(level, line)
    this.console?.(level, line)
  }

  /** A DEBUG_VM assertion about a page: the dump's reason, then the BUG line. */
  vmBug(expression: string, at: string): void {
    this.add('bug', `page dumped because: ${expression}\nkernel BUG at ${at}!`)
  }

  /** bad_page(): the page is taken out of service. */
  badPage(pfn: number, refcount: number, mapcount: number, reason: string): void {
    const hex = pfn.toString(16)
    this.add(
      'bug',
      `BUG: Bad page state in process ${this.comm}  pfn:${hex.padStart(5, '0')}\n` +
        `page: refcount:${refcount} mapcount:${mapcount} pfn:0x${hex}\npage dumped because: ${reason}`,
    )
  }
}
