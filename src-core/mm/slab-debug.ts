/**
 * The bytes that SLUB's debug flags write around and into objects, and what it finds in them: red zones left and
 * right of an object (0xcc allocated, 0xbb free), poison in free and fresh objects (0x6b, the last byte 0xa5).
 *
 * Kernel: mm/slub.c, init_object(), check_object(), check_bytes_and_report(), slab_err(); KERNEL_FACTS 3.6 and 3.7.
 * Simplified: no padding bytes (0x5a), no tracks; the requested size of a kmalloc object is not kept, so the red zone
 * begins behind the class size; a damaged object is reported and not repaired.
 */
import type { Memory } from '../machine/memory.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { Cache } from './cache.ts'
import { addressText, type KernelReports } from './kernel-report.ts'
import { SLAB_CONSISTENCY_CHECKS, SLAB_POISON, SLAB_RED_ZONE, SLAB_TYPESAFE_BY_RCU } from './slab-flags.ts'

const POISON_FREE = 0x6b
const POISON_END = 0xa5
const RED_ACTIVE = 0xcc
const RED_INACTIVE = 0xbb

export class SlabDebug {
  constructor(
    private readonly info: MachineInfo,
    private readonly memory: Memory,
    private readonly reports: KernelReports,
  ) {}

  /** init_object(): writes the red zones and the poison of an object that becomes free or allocated. */
  paint(cache: Cache, phys: number, allocated: boolean): void {
    const red = allocated ? RED_ACTIVE : RED_INACTIVE
    const { objectSize, firstObject, inuse } = cache
    const hasRedZone = (cache.flags & SLAB_RED_ZONE) !== 0
    if (hasRedZone) this.memory.fill(phys - firstObject, firstObject, red)
    if (poisons(cache)) {
      this.memory.fill(phys, objectSize - 1, POISON_FREE)
      this.memory.fill(phys + objectSize - 1, 1, POISON_END)
    }
    if (hasRedZone) this.memory.fill(phys + objectSize, inuse - objectSize, red)
  }

  /** check_object(): true if the bytes around and, in a free object, inside are as they were left. */
  intact(cache: Cache, slabStart: number, phys: number, allocated: boolean): boolean {
    if ((cache.flags & SLAB_CONSISTENCY_CHECKS) === 0) return true
    const red = allocated ? RED_ACTIVE : RED_INACTIVE
    const { objectSize, firstObject, inuse } = cache
    const check = (what: string, from: number, bytes: number, value: number): boolean =>
      this.unchanged(cache, slabStart, what, from, bytes, value)
    if ((cache.flags & SLAB_RED_ZONE) !== 0) {
      if (!check('Left Redzone', phys - firstObject, firstObject, red)) return false
      if (!check('Right Redzone', phys + objectSize, inuse - objectSize, red)) return false
    }
    if (allocated || !poisons(cache)) return true
    return (
      check('Poison', phys, objectSize - 1, POISON_FREE) && check('End Poison', phys + objectSize - 1, 1, POISON_END)
    )
  }

  /** check_bytes_and_report(). */
  private unchanged(cache: Cache, start: number, what: string, from: number, bytes: number, value: number): boolean {
    let first = 0
    while (first < bytes && this.memory.readU8(from + first) === value) first++
    if (first === bytes) return true
    let last = bytes - 1
    while (this.memory.readU8(from + last) === value) last--
    const hex = (byte: number): string => `0x${byte.toString(16)}`
    const found = hex(this.memory.readU8(from + first))
    this.reports.add(
      'bug',
      `[${what} overwritten] ${this.address(from + first)}-${this.address(from + last)} ` +
        `@offset=${from + first - start}. First byte ${found} instead of ${hex(value)}\n` +
        `BUG ${cache.name} (Not tainted): Object corrupt`,
    )
    return false
  }

  /** A free that SLUB refuses. */
  refuse(cache: Cache, text: string): void {
    this.reports.add('bug', `BUG ${cache.name} (Not tainted): ${text}`)
  }

  private address(phys: number): string {
    return `0x${addressText(this.info.pageOffset + BigInt(phys))}`
  }
}

/** Whether the bytes of free objects are poison: not where readers or a constructor rely on them. */
function poisons(cache: Cache): boolean {
  return (cache.flags & SLAB_POISON) !== 0 && (cache.flags & SLAB_TYPESAFE_BY_RCU) === 0 && !cache.hasCtor
}
