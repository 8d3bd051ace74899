/**
 * The bytes that SLUB's debug flags write around and into objects, and what it finds in them: red zones left and
 * right of an object (0xcc allocated, 0xbb free), poison in free and fresh objects (0x6b, the last byte 0xa5).
 *
 * Kernel: mm/slub.c, init_object(), check_object(), check_bytes_and_report(), slab_err(); KERNEL_FACTS 3.6 and 3.7.
 * Simplified: no tracks; the requested size of a kmalloc object is not kept, so the red zone begins behind the class
 * size; padding (0x5a) is written and not checked. A report leaves out its WARN with registers and stack.
 */
import type { Memory } from '../machine/memory.ts'
import { dumpRow } from './page-poison.ts'
import { addressText, trackSize, wordSize } from '../trace/abi.ts'
import type { MachineInfo } from '../trace/record.ts'
import { structPageAddress } from '../trace/vmemmap.ts'
import type { Cache } from './cache.ts'
import type { KernelReports } from './kernel-report.ts'
import {
  SLAB_CONSISTENCY_CHECKS,
  SLAB_POISON,
  SLAB_RED_ZONE,
  SLAB_STORE_USER,
  SLAB_TYPESAFE_BY_RCU,
} from './slab-flags.ts'

/** The slab that a report is about, as it is at that moment. Addresses are physical; -1 = NULL. */
export interface SlabShot {
  readonly pfn: number
  readonly start: number
  /** Objects in use (`inuse`), the one that is being allocated among them. */
  readonly used: number
  /** Objects that the slab has, and its order. */
  readonly objects: number
  readonly order: number
  /** First object of the freelist. */
  readonly free: number
  /** What the free pointer of the object says. */
  readonly next: number
  /** It is on the node's partial list: PG_workingset. */
  readonly isPartial: boolean
}

/** Bytes that have to have one value. */
interface Expected {
  readonly what: string
  readonly from: number
  readonly bytes: number
  readonly value: number
}

/** Zones by number, as the flags word of a page holds them: on 64 bit, and on i386, which has no ZONE_DMA32. */
const ZONES: readonly string[] = ['DMA', 'DMA32', 'Normal']
const ZONES_32: readonly string[] = ['DMA', 'Normal', 'HighMem']
/** Bits of the flags word that hold the zone: the topmost. */
const ZONE_BITS = 2
const POISON_INUSE = 0x5a
const POISON_FREE = 0x6b
const POISON_END = 0xa5
const RED_ACTIVE = 0xcc
const RED_INACTIVE = 0xbb

const hex = (byte: number): string => `0x${byte.toString(16)}`

export class SlabDebug {
  /** Lines of the report that is being made. */
  private readonly lines: string[] = []
  /** A report has tainted the kernel: B (bad page) and W (warning). */
  private isTainted = false
  private readonly word: 4 | 8

  constructor(
    private readonly info: MachineInfo,
    private readonly memory: Memory,
    private readonly reports: KernelReports,
  ) {
    this.word = wordSize(info)
  }

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

  /** setup_slab_debug(): a new slab of a cache with SLAB_POISON is padding all over. */
  pad(cache: Cache, start: number, bytes: number): void {
    if ((cache.flags & SLAB_POISON) !== 0) this.memory.fill(start, bytes, POISON_INUSE)
  }

  /**
   * check_object(): true if the bytes around and, in a free object, inside are as they were left. What is not is
   * reported and put right.
   */
  intact(cache: Cache, shot: SlabShot, phys: number, allocated: boolean): boolean {
    if ((cache.flags & SLAB_CONSISTENCY_CHECKS) === 0) return true
    const red = allocated ? RED_ACTIVE : RED_INACTIVE
    const { objectSize, firstObject, inuse } = cache
    const check = (what: string, from: number, bytes: number, value: number): boolean =>
      this.unchanged(cache, shot, phys, { what, from, bytes, value })
    if ((cache.flags & SLAB_RED_ZONE) !== 0) {
      if (!check('Left Redzone', phys - firstObject, firstObject, red)) return false
      if (!check('Right Redzone', phys + objectSize, inuse - objectSize, red)) return false
    }
    if (allocated || !poisons(cache)) return true
    return (
      check('Poison', phys, objectSize - 1, POISON_FREE) && check('End Poison', phys + objectSize - 1, 1, POISON_END)
    )
  }

  /** check_bytes_and_report(), restore_bytes(). */
  private unchanged(cache: Cache, shot: SlabShot, phys: number, { what, from, bytes, value }: Expected): boolean {
    let first = 0
    while (first < bytes && this.memory.readU8(from + first) === value) first++
    if (first === bytes) return true
    let last = bytes - 1
    while (this.memory.readU8(from + last) === value) last--
    const found = hex(this.memory.readU8(from + first))
    const range = `${this.address(from + first)}-${this.address(from + last)}`
    this.lines.push(
      `[${what} overwritten] ${range} @offset=${from + first - shot.start}. ` +
        `First byte ${found} instead of ${hex(value)}`,
    )
    this.objectError(cache, shot, phys, 'Object corrupt')
    this.lines.push(`FIX ${cache.name}: Restoring ${what} ${range}=${hex(value)}`)
    this.memory.fill(from + first, last - first + 1, value)
    return false
  }

  /** A free of an object that SLUB refuses (object_err()). */
  refuse(cache: Cache, shot: SlabShot, phys: number, text: string): void {
    this.objectError(cache, shot, phys, text)
  }

  /** A free that SLUB refuses for what is wrong with the slab or the pointer (slab_err()): no dump of an object. */
  refuseSlab(cache: Cache, shot: SlabShot, text: string): void {
    this.bug(cache, text)
    this.lines.push(this.slabLine(shot))
    this.isTainted = true
  }

  /** What SLUB did about it (slab_fix()). */
  fixed(cache: Cache, text: string): void {
    this.lines.push(`FIX ${cache.name}: ${text}`)
  }

  /** The lines so far are one report about the object that starts at an address. */
  finish(phys: number): void {
    const text = this.lines.splice(0).join('\n')
    this.reports.add('bug', text)
    this.reports.aboutObjects.push({ phys, text })
  }

  /** slab_bug(). */
  private bug(cache: Cache, text: string): void {
    const taint = this.isTainted ? 'Tainted: G    B   W         ' : 'Not tainted'
    this.lines.push('='.repeat(77), `BUG ${cache.name} (${taint}): ${text}`, '-'.repeat(77), '')
  }

  /** object_err(), print_trailer(). */
  private objectError(cache: Cache, shot: SlabShot, phys: number, text: string): void {
    this.bug(cache, text)
    const { objectSize, firstObject, inuse } = cache
    this.lines.push(
      this.slabLine(shot),
      `Object ${this.address(phys)} @offset=${phys - shot.start} fp=${this.pointer(shot.next)}`,
      '',
    )
    const hasRedZone = (cache.flags & SLAB_RED_ZONE) !== 0
    if (hasRedZone) this.dump('Redzone  ', phys - firstObject, firstObject)
    else if (phys > shot.start + 16) this.dump('Bytes b4 ', phys - 16, 16)
    this.dump('Object   ', phys, Math.min(objectSize, 2 ** this.info.pageShift))
    if (hasRedZone) this.dump('Redzone  ', phys + objectSize, inuse - objectSize)
    const end = cache.stride - firstObject
    const tracks = (cache.flags & SLAB_STORE_USER) !== 0 ? 2 * trackSize(this.word) : 0
    const from = inuse + (cache.hasOuterPointer ? this.word : 0) + tracks
    if (from < end) this.dump('Padding  ', phys + from, end - from)
    this.isTainted = true
  }

  /** print_slab_info(): `struct slab` lies over the page's `struct page`. */
  private slabLine(shot: SlabShot): string {
    const page = structPageAddress(this.info, shot.pfn)
    const zone = this.info.zones.find(({ start, end }) => shot.pfn >= start && shot.pfn < end)
    const rank = (this.word === 8 ? ZONES : ZONES_32).indexOf(zone?.name ?? '')
    const names = [...(shot.isPartial ? ['workingset'] : []), ...(shot.order > 0 ? ['head'] : []), `zone=${rank}`]
    const bits =
      (BigInt(rank) << BigInt(8 * this.word - ZONE_BITS)) |
      (shot.isPartial ? 0x200n : 0n) |
      (shot.order > 0 ? 0x40n : 0n)
    return (
      `Slab 0x${addressText(this.info, page)} objects=${shot.objects} used=${shot.used} ` +
      `fp=${this.pointer(shot.free)} flags=0x${bits.toString(16)}(${names.join('|')})`
    )
  }

  /** print_section(): rows of 16 bytes with their characters. */
  private dump(name: string, from: number, length: number): void {
    for (let row = 0; row < length; row += 16) {
      const bytes = Array.from({ length: Math.min(16, length - row) }, (_, i) => this.memory.readU8(from + row + i))
      const at = addressText(this.info, this.info.pageOffset + BigInt(from + row))
      this.lines.push(`${name}${at}: ${dumpRow(bytes)}`)
    }
  }

  /** A pointer of a freelist as %p prints it; -1 = NULL. */
  private pointer(phys: number): string {
    return phys < 0 ? `0x${addressText(this.info, 0n)}` : this.address(phys)
  }

  private address(phys: number): string {
    return `0x${addressText(this.info, this.info.pageOffset + BigInt(phys))}`
  }
}

/** Whether the bytes of free objects are poison: not where readers or a constructor rely on them. */
function poisons(cache: Cache): boolean {
  return (cache.flags & SLAB_POISON) !== 0 && (cache.flags & SLAB_TYPESAFE_BY_RCU) === 0 && !cache.hasCtor
}
