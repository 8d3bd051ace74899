/**
 * The bytes of RAM, by physical address, little endian. A frame is blank, and costs the host no memory, until something
 * else is written to it than it reads as at boot: zeroes, or poison where free pages are poisoned.
 *
 * Every write records a BYTES or FILL delta. Filling a frame that is known to be blank with what it reads as records
 * nothing.
 */
import { firstPoisoned, PAGE_POISON } from '../trace/boot-state.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { TraceWriter } from '../trace/writer.ts'

/** Frames in one table of frames (a table is made when its first frame is written). */
const TABLE_SHIFT = 9

const SCRATCH = [1, 2, 4, 8].map((n) => ({ old: new Uint8Array(n), next: new Uint8Array(n) }))

export class Memory {
  private readonly tables: (Uint8Array[] | undefined)[]
  /** 1 = the frame may be other than blank. */
  private readonly dirty: Uint8Array
  private readonly shift: number
  private readonly size: number
  private readonly mask: number
  private readonly zeroes: Uint8Array
  /** What the frames from `firstPoisoned` on read as while they are blank. */
  private readonly poison: Uint8Array
  private readonly firstPoisoned: number
  /** Told of every frame that is about to be written; null = nobody wants to know. */
  watch: ((pfn: number) => void) | null = null

  constructor(
    info: MachineInfo,
    private readonly trace: TraceWriter,
  ) {
    this.shift = info.pageShift
    this.size = 2 ** info.pageShift
    this.mask = this.size - 1
    this.tables = new Array<Uint8Array[] | undefined>((info.frames >>> TABLE_SHIFT) + 1).fill(undefined)
    this.dirty = new Uint8Array(info.frames)
    this.zeroes = new Uint8Array(this.size)
    this.poison = info.pagePoison === true ? new Uint8Array(this.size).fill(PAGE_POISON) : this.zeroes
    this.firstPoisoned = firstPoisoned(info)
  }

  /** True if the bytes of a frame are what they were at boot. */
  isBlank(pfn: number): boolean {
    return this.dirty[pfn] !== 1
  }

  /** Bytes of a frame to read from. */
  private reader(pfn: number): Uint8Array {
    if (this.dirty[pfn] !== 1) return pfn < this.firstPoisoned ? this.zeroes : this.poison
    return this.tables[pfn >>> TABLE_SHIFT]![pfn & ((1 << TABLE_SHIFT) - 1)]
  }

  /** Bytes of a frame to write to. */
  private writer(pfn: number): Uint8Array {
    if (this.watch !== null) this.watch(pfn)
    const at = pfn >>> TABLE_SHIFT
    let table = this.tables[at]
    if (table === undefined) {
      table = new Array<Uint8Array>(1 << TABLE_SHIFT).fill(this.zeroes)
      this.tables[at] = table
    }
    const slot = pfn & ((1 << TABLE_SHIFT) - 1)
    if (table[slot] === this.zeroes) table[slot] = new Uint8Array(this.size)
    if (pfn >= this.firstPoisoned && this.dirty[pfn] !== 1) table[slot].set(this.poison)
    this.dirty[pfn] = 1
    return table[slot]
  }

  /** Makes the frames of a range blank again. Records nothing. */
  clean(phys: number, length: number): void {
    const last = Math.floor((phys + Math.max(length, 1) - 1) / this.size)
    for (let pfn = Math.floor(phys / this.size); pfn <= last; pfn++) {
      if (this.dirty[pfn] !== 1) continue
      this.writer(pfn).fill(0)
      this.dirty[pfn] = 0
    }
  }

  readU8(phys: number): number {
    return this.reader(phys >>> this.shift)[phys & this.mask]
  }

  readU16(phys: number): number {
    return this.readU8(phys) | (this.readU8(phys + 1) << 8)
  }

  readU32(phys: number): number {
    const at = phys & this.mask
    if (at > this.size - 4) return (this.readU16(phys) | (this.readU16(phys + 2) << 16)) >>> 0
    const page = this.reader(phys >>> this.shift)
    return (page[at] | (page[at + 1] << 8) | (page[at + 2] << 16) | (page[at + 3] << 24)) >>> 0
  }

  readU64(phys: number): bigint {
    return BigInt(this.readU32(phys)) | (BigInt(this.readU32(phys + 4)) << 32n)
  }

  writeU8(phys: number, value: number): void {
    const page = this.writer(phys >>> this.shift)
    const at = phys & this.mask
    const next = value & 0xff
    this.trace.byte(phys, page[at], next)
    page[at] = next
  }

  writeU16(phys: number, value: number): void {
    this.writeNumber(phys, value, 1, 2)
  }

  writeU32(phys: number, value: number): void {
    this.writeNumber(phys, value, 2, 4)
  }

  writeU64(phys: number, value: bigint): void {
    const { old, next } = SCRATCH[3]
    const low = Number(value & 0xffff_ffffn)
    const high = Number((value >> 32n) & 0xffff_ffffn)
    for (let i = 0; i < 4; i++) {
      next[i] = (low >>> (8 * i)) & 0xff
      next[i + 4] = (high >>> (8 * i)) & 0xff
    }
    this.store(phys, old, next)
  }

  private writeNumber(phys: number, value: number, scratch: number, bytes: number): void {
    const { old, next } = SCRATCH[scratch]
    for (let i = 0; i < bytes; i++) next[i] = (value >>> (8 * i)) & 0xff
    this.store(phys, old, next)
  }

  /** Records and writes `next`; `old` is scratch of the same length. */
  private store(phys: number, old: Uint8Array, next: Uint8Array): void {
    const at = phys & this.mask
    const { length } = next
    if (at + length > this.size) {
      this.writeBytes(phys, next)
      return
    }
    const page = this.writer(phys >>> this.shift)
    for (let i = 0; i < length; i++) old[i] = page[at + i]
    this.trace.bytes(phys, old, next)
    for (let i = 0; i < length; i++) page[at + i] = next[i]
  }

  /** A copy of `length` bytes. */
  bytes(phys: number, length: number): Uint8Array {
    const copy = new Uint8Array(length)
    for (let done = 0; done < length;) {
      const at = (phys + done) & this.mask
      const part = Math.min(length - done, this.size - at)
      copy.set(this.reader((phys + done) >>> this.shift).subarray(at, at + part), done)
      done += part
    }
    return copy
  }

  /** Writes `next` at a physical address, frame by frame. */
  writeBytes(phys: number, next: Uint8Array): void {
    if (next.length === 0) return
    this.trace.bytes(phys, this.bytes(phys, next.length), next)
    for (let done = 0; done < next.length;) {
      const at = (phys + done) & this.mask
      const part = Math.min(next.length - done, this.size - at)
      this.writer((phys + done) >>> this.shift).set(next.subarray(done, done + part), at)
      done += part
    }
  }

  /** memmove: copies `length` bytes; the ranges may overlap. */
  copy(to: number, from: number, length: number): void {
    this.writeBytes(to, this.bytes(from, length))
  }

  /** Sets `length` bytes to one value. */
  fill(phys: number, length: number, value: number): void {
    for (let done = 0; done < length;) {
      const at = (phys + done) & this.mask
      const part = Math.min(length - done, this.size - at)
      this.fillInFrame(phys + done, part, value & 0xff)
      done += part
    }
  }

  private fillInFrame(phys: number, length: number, value: number): void {
    const pfn = phys >>> this.shift
    const clean = this.dirty[pfn] !== 1
    const blank = pfn < this.firstPoisoned ? 0 : PAGE_POISON
    if (clean && value === blank) return
    const at = phys & this.mask
    const page = this.writer(pfn)
    this.trace.fill(phys, length, value, clean ? null : page.subarray(at, at + length))
    page.fill(value, at, at + length)
    if (value === blank && length === this.size) this.dirty[pfn] = 0
  }

  /** memcmp: negative, 0 or positive. */
  compare(a: number, b: number, length: number): number {
    for (let i = 0; i < length; i++) {
      const difference = this.readU8(a + i) - this.readU8(b + i)
      if (difference !== 0) return difference
    }
    return 0
  }
}
