/**
 * Resident pages of an address space by kind: what its entries account for, in counters that each cpu keeps a part of.
 *
 * Kernel: include/linux/mm.h mm_counter(), add_mm_counter(), get_mm_counter(); lib/percpu_counter.c
 * percpu_counter_add_batch(); kernel/fork.c check_mm().
 */
export const MmCounter = { MM_FILEPAGES: 0, MM_ANONPAGES: 1, MM_SWAPENTS: 2, MM_SHMEMPAGES: 3 } as const
const NAMES = ['MM_FILEPAGES', 'MM_ANONPAGES', 'MM_SWAPENTS', 'MM_SHMEMPAGES'] as const
export const MM_COUNTERS = NAMES.length

export class RssStat {
  private readonly total = new Int32Array(MM_COUNTERS)
  /** By cpu and counter: what was not added to the total yet. */
  private readonly local: Int32Array
  private readonly batch: number

  constructor(cpus: number) {
    this.local = new Int32Array(cpus * MM_COUNTERS)
    this.batch = Math.max(32, 2 * cpus)
  }

  /** add_mm_counter(), on a cpu. */
  add(cpu: number, member: number, value: number): void {
    const at = cpu * MM_COUNTERS + member
    const part = this.local[at]! + value
    if (Math.abs(part) < this.batch) this.local[at] = part
    else {
      this.total[member]! += part
      this.local[at] = 0
    }
  }

  /** get_mm_counter(): without what the cpus keep, and never below 0. */
  read(member: number): number {
    return Math.max(0, this.total[member]!)
  }

  /** percpu_counter_sum(): all of it. */
  sum(member: number): number {
    let sum = this.total[member]!
    for (let at = member; at < this.local.length; at += MM_COUNTERS) sum += this.local[at]!
    return sum
  }

  /** check_mm(): what the kernel log says of an address space that goes while a counter is not 0. */
  complaints(mm: string): string[] {
    return NAMES.flatMap((name, member) => {
      const left = this.sum(member)
      return left === 0 ? [] : [`BUG: Bad rss-counter state mm:${mm} type:${name} val:${left}`]
    })
  }
}
