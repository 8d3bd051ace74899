/**
 * Loads and stores through a `Ptr`: the kernel's `mov`, with its record. Translates the address, performs the access
 * on simulated bytes, and records one READ or WRITE operation whose allocation is the pointer's provenance.
 *
 * Nothing is refused because a rule was broken: a stale pointer reads and writes whatever is there now, as on a real
 * machine. Only an address that maps nothing stops the task (a page fault in kernel mode is an oops).
 */
import { firstHighFrame, vmallocEnd } from '../../machine/layout.ts'
import { wordSize } from '../../trace/abi.ts'
import { useAllocation } from '../../trace/fields.ts'
import { Family, Flag, NO_SUBJECT, Op, OP_FAMILY } from '../../trace/ops.ts'
import type { Kernel } from '../../mm/kernel.ts'
import { KMAP_START } from '../../mm/highmem.ts'
import type { TaskControl } from '../task-control.ts'
import { Ptr, Region, WHOLE_PAGE } from './pointer.ts'
import { makeView, type StructType, type View } from './struct-type.ts'

const UNMAPPED = -1

/** What accesses at user addresses need. */
interface UserLoads {
  readonly inUserMode: boolean
  load(site: number, at: number, count: number): Uint8Array
  store(site: number, at: number, data: Uint8Array): void
  nullAccess(site: number, at: number, write: boolean): never
}

export class Access {
  private readonly pageShift: number
  private readonly pageMask: number
  private readonly starts: readonly bigint[]
  /** Bytes of the linear map. */
  private readonly linearBytes: number
  /** sizeof(void *). */
  readonly word: 4 | 8
  /** Loads and stores at user addresses; set when the surface is put together. */
  users: UserLoads | null = null
  /** Pointers stored in memory keep their provenance here, by physical address, while the bytes are unchanged. */
  readonly stored = new Map<number, { readonly value: unknown; readonly bits: bigint }>()

  constructor(
    private readonly kernel: Kernel,
    private readonly control: TaskControl,
  ) {
    this.pageShift = kernel.info.pageShift
    this.pageMask = 2 ** kernel.info.pageShift - 1
    this.word = wordSize(kernel.info)
    this.linearBytes = Math.min(firstHighFrame(kernel.info) * 2 ** this.pageShift, kernel.config.memory)
    this.starts = [kernel.info.pageOffset, kernel.info.vmallocStart, 0n, KMAP_START, 0n]
  }

  site(): number {
    return this.control.site()
  }

  regionStart(region: Region): bigint {
    return this.starts[region]!
  }

  /** Physical address behind a pointer at a byte offset, or -1. Never records anything. */
  translate(p: Ptr, offset: number): number {
    const at = Ptr.offset(p) + offset
    const region = Ptr.region(p)
    if (region === Region.LINEAR) return at >= 0 && at < this.kernel.config.memory ? at : UNMAPPED
    if (region === Region.VMALLOC && at >= 0) {
      const pfn = this.kernel.vmalloc.translate(Math.floor(at / (this.pageMask + 1)))
      return pfn < 0 ? UNMAPPED : (pfn << this.pageShift) + (at & this.pageMask)
    }
    if (region === Region.KMAP && at >= 0) return this.translateSlot(at)
    return UNMAPPED
  }

  /** Physical address behind a kmap slot: of the running task, or of kmap() for any task. */
  private translateSlot(offset: number): number {
    const { highmem } = this.kernel
    const address = KMAP_START + BigInt(offset)
    const local = highmem.pfnOfSlot(this.control.task, address)
    const pfn = local >= 0 ? local : highmem.pfnOfKmap(address)
    return pfn < 0 ? UNMAPPED : pfn * (this.pageMask + 1) + (offset & this.pageMask)
  }

  /** A pointer to a frame by the address of its kmap slot; its provenance is the frame's occupant. */
  kmapSlot(pfn: number, address: bigint): Ptr {
    const offset = Number(address - KMAP_START)
    const allocation = useAllocation(this.kernel.frames.use[pfn]!)
    const inBlock = pfn * (this.pageMask + 1) - this.blockStart(pfn, allocation)
    return new Ptr(this, Region.KMAP, offset, allocation, offset - inBlock)
  }

  /** A pointer into the linear map. `allocation` 0 takes whoever occupies the bytes now. */
  linear(phys: number, allocation: number, base: number): Ptr {
    return new Ptr(this, Region.LINEAR, phys, allocation, base)
  }

  /** A pointer into the linear map that takes the current occupant of the bytes as its provenance. */
  linearOccupant(phys: number): Ptr {
    const { kernel } = this
    const pfn = Math.floor(phys / (this.pageMask + 1))
    if (pfn < 0 || !kernel.frames.valid(pfn)) return new Ptr(this, Region.LINEAR, phys, 0, phys)
    if (kernel.slab.isSlab(pfn)) {
      const object = kernel.slab.objectAt(phys)
      if (object >= 0) return new Ptr(this, Region.LINEAR, phys, kernel.slab.allocationAt(object), object)
    }
    const allocation = useAllocation(kernel.frames.use[pfn]!)
    return new Ptr(this, Region.LINEAR, phys, allocation, this.blockStart(pfn, allocation))
  }

  /** The linear-map address of a frame: its occupant as a whole (of a slab page: the slab, not an object). */
  pageAddress(pfn: number): Ptr {
    const phys = pfn * (this.pageMask + 1)
    const { frames, slab } = this.kernel
    if (!frames.valid(pfn)) return new Ptr(this, Region.LINEAR, phys, 0, phys)
    const allocation = useAllocation(frames.use[pfn]!)
    const base = slab.isSlab(pfn) ? WHOLE_PAGE : this.blockStart(pfn, allocation)
    return new Ptr(this, Region.LINEAR, phys, allocation, base)
  }

  /** Physical address where the block that contains a frame starts. */
  private blockStart(pfn: number, allocation: number): number {
    let start = pfn
    while (start > 0 && allocation !== 0 && useAllocation(this.kernel.frames.use[start - 1]!) === allocation) start--
    return start * (this.pageMask + 1)
  }

  /** A pointer into vmalloc space; `base` is the byte offset where its area starts. */
  vmalloc(offset: number, allocation: number, base: number): Ptr {
    return new Ptr(this, Region.VMALLOC, offset, allocation, base)
  }

  /** A pointer into user space. */
  user(address: number): Ptr {
    return new Ptr(this, Region.USER, address, 0, address)
  }

  /** True if user code uses a user address: not an access of the kernel. */
  private isUser(p: Ptr | null): p is Ptr {
    if (!Ptr.is(p) || this.users === null || !this.users.inUserMode) return false
    return Ptr.region(p) === Region.USER || (Ptr.region(p) === Region.RAW && Ptr.offset(p) >= 0)
  }

  private userNumber(site: number, p: Ptr, offset: number, size: number): bigint {
    const bytes = this.users!.load(site, Ptr.offset(p) + offset, size)
    let value = 0n
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!)
    return value
  }

  private userStore(site: number, p: Ptr, offset: number, size: number, value: bigint): void {
    const bytes = Uint8Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
    this.users!.store(site, Ptr.offset(p) + offset, bytes)
  }

  /** A pointer with the address given, derived from nothing: integers made into pointers take the current occupant. */
  fromAddress(value: bigint): Ptr {
    const { info } = this.kernel
    const address = this.word === 8 ? value : BigInt.asUintN(32, value)
    if (this.word === 4 && address >= KMAP_START) {
      const phys = this.translateSlot(Number(address - KMAP_START))
      if (phys !== UNMAPPED) return this.kmapSlot(Math.floor(phys / (this.pageMask + 1)), address)
    }
    const linear = address - info.pageOffset
    if (linear >= 0n && linear < BigInt(this.linearBytes)) return this.linearOccupant(Number(linear))
    const virtual = address - info.vmallocStart
    if (virtual >= 0n && address < vmallocEnd(info.arch)) {
      const offset = Number(virtual)
      const area = this.kernel.vmalloc.areaAt(Math.floor(offset / (this.pageMask + 1)))
      const base = area === undefined ? offset : area.start * (this.pageMask + 1)
      const allocation = area === undefined ? 0 : this.kernel.vmalloc.allocationAt(area.start)
      return new Ptr(this, Region.VMALLOC, offset, allocation, base)
    }
    return new Ptr(this, Region.RAW, Number(BigInt.asIntN(64, address)), 0, 0)
  }

  view<T extends StructType>(p: Ptr, type: T): View<T> {
    return makeView(this, p, type)
  }

  /** Opens the record of an access and returns its physical address, or ends the task when nothing is mapped there. */
  private begin(site: number, p: Ptr | null, offset: number, size: number, kind: number): number {
    this.kernel.trace.begin(site)
    if (!Ptr.is(p)) return this.faultNull(site, kind, size, offset, p)
    const phys = this.translate(p, offset)
    if (phys === UNMAPPED) return this.fault(kind, p, offset, size)
    return phys
  }

  private end(kind: number, p: Ptr, offset: number, size: number, phys: number): void {
    this.kernel.trace.end(
      kind,
      Ptr.allocation(p),
      phys,
      size,
      Ptr.offset(p) + offset - Ptr.base(p),
      (Ptr.region(p) === Region.VMALLOC ? Flag.VMALLOC : 0) | this.isVoid(p),
    )
    this.control.stepped()
  }

  /** Flag.DECLINED for an address of a local mapping that has ended, or that another task made; else 0. */
  private isVoid(p: Ptr): number {
    const mapping = Ptr.mapping(p)
    return mapping === 0 || this.kernel.highmem.isHeld(this.control.task, mapping) ? 0 : Flag.DECLINED
  }

  private faultNull(site: number, kind: number, size: number, offset: number, p: unknown): never {
    if (p !== null && p !== undefined) throw new TypeError('the receiver of a memory access is no pointer')
    if (this.users?.inUserMode === true) {
      this.kernel.trace.abandon()
      return this.users.nullAccess(site, offset, OP_FAMILY[kind] === Family.WRITE)
    }
    this.kernel.trace.end(kind, 0, NO_SUBJECT, size, offset, Flag.NULL | Flag.FAULT)
    return this.control.oops()
  }

  private fault(kind: number, p: Ptr, offset: number, size: number): never {
    const at = Ptr.offset(p) + offset
    const region = Ptr.region(p)
    // In the first page of the address space.
    const isNull = region === Region.RAW && at >= 0 && at <= this.pageMask
    const where = isNull ? Flag.NULL : Flag.WILD | (region === Region.VMALLOC ? Flag.VMALLOC : 0)
    this.kernel.trace.end(
      kind,
      Ptr.allocation(p),
      NO_SUBJECT,
      size,
      at - Ptr.base(p),
      where | this.isVoid(p) | Flag.FAULT,
    )
    return this.control.oops()
  }

  /** True if an access of `size` bytes touches two pages that need not be neighbours. */
  private crosses(p: Ptr, offset: number, size: number): boolean {
    return Ptr.region(p) === Region.VMALLOC && ((Ptr.offset(p) + offset) & this.pageMask) + size > this.pageMask + 1
  }

  private byteAt(p: Ptr, offset: number): number {
    const phys = this.translate(p, offset)
    return phys === UNMAPPED ? 0 : this.kernel.memory.readU8(phys)
  }

  read_u8(site: number, p: Ptr, offset = 0): number {
    if (Ptr.is(p) && Ptr.region(p) >= Region.RAW && this.isUser(p)) return Number(this.userNumber(site, p, offset, 1))
    const phys = this.begin(site, p, offset, 1, Op.read)
    const value = this.kernel.memory.readU8(phys)
    this.end(Op.read, p, offset, 1, phys)
    return value
  }

  read_u16(site: number, p: Ptr, offset = 0): number {
    if (Ptr.is(p) && Ptr.region(p) >= Region.RAW && this.isUser(p)) return Number(this.userNumber(site, p, offset, 2))
    const phys = this.begin(site, p, offset, 2, Op.read)
    const value = this.crosses(p, offset, 2)
      ? this.byteAt(p, offset) | (this.byteAt(p, offset + 1) << 8)
      : this.kernel.memory.readU16(phys)
    this.end(Op.read, p, offset, 2, phys)
    return value
  }

  read_u32(site: number, p: Ptr, offset = 0): number {
    if (Ptr.is(p) && Ptr.region(p) >= Region.RAW && this.isUser(p)) return Number(this.userNumber(site, p, offset, 4))
    const phys = this.begin(site, p, offset, 4, Op.read)
    const value = this.crosses(p, offset, 4) ? Number(this.gather(p, offset, 4)) : this.kernel.memory.readU32(phys)
    this.end(Op.read, p, offset, 4, phys)
    return value
  }

  read_u64(site: number, p: Ptr, offset = 0): bigint {
    if (Ptr.is(p) && Ptr.region(p) >= Region.RAW && this.isUser(p)) return this.userNumber(site, p, offset, 8)
    const phys = this.begin(site, p, offset, 8, Op.read)
    const value = this.crosses(p, offset, 8) ? this.gather(p, offset, 8) : this.kernel.memory.readU64(phys)
    this.end(Op.read, p, offset, 8, phys)
    return value
  }

  private gather(p: Ptr, offset: number, size: number): bigint {
    let value = 0n
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.byteAt(p, offset + i))
    return value
  }

  write_u8(site: number, p: Ptr, offset: number, value: number): void {
    if (Ptr.is(p) && Ptr.region(p) >= Region.RAW && this.isUser(p))
      return this.userStore(site, p, offset, 1, BigInt(value))
    const phys = this.begin(site, p, offset, 1, Op.write)
    this.kernel.memory.writeU8(phys, value & 0xff)
    this.end(Op.write, p, offset, 1, phys)
  }

  write_u16(site: number, p: Ptr, offset: number, value: number): void {
    if (Ptr.is(p) && Ptr.region(p) >= Region.RAW && this.isUser(p))
      return this.userStore(site, p, offset, 2, BigInt(value))
    const phys = this.begin(site, p, offset, 2, Op.write)
    if (this.crosses(p, offset, 2)) this.scatter(p, offset, 2, BigInt(value))
    else this.kernel.memory.writeU16(phys, value & 0xffff)
    this.end(Op.write, p, offset, 2, phys)
  }

  write_u32(site: number, p: Ptr, offset: number, value: number): void {
    if (Ptr.is(p) && Ptr.region(p) >= Region.RAW && this.isUser(p))
      return this.userStore(site, p, offset, 4, BigInt(value))
    const phys = this.begin(site, p, offset, 4, Op.write)
    if (this.crosses(p, offset, 4)) this.scatter(p, offset, 4, BigInt(value))
    else this.kernel.memory.writeU32(phys, value >>> 0)
    this.end(Op.write, p, offset, 4, phys)
  }

  write_u64(site: number, p: Ptr, offset: number, value: number | bigint): void {
    const bits = BigInt.asUintN(64, BigInt(value))
    if (Ptr.is(p) && Ptr.region(p) >= Region.RAW && this.isUser(p)) return this.userStore(site, p, offset, 8, bits)
    const phys = this.begin(site, p, offset, 8, Op.write)
    if (this.crosses(p, offset, 8)) this.scatter(p, offset, 8, bits)
    else this.kernel.memory.writeU64(phys, bits)
    this.end(Op.write, p, offset, 8, phys)
  }

  /** A word: a pointer, an `unsigned long`. */
  readWord(site: number, p: Ptr, offset = 0): bigint {
    return this.word === 8 ? this.read_u64(site, p, offset) : BigInt(this.read_u32(site, p, offset))
  }

  writeWord(site: number, p: Ptr, offset: number, value: bigint): void {
    if (this.word === 8) this.write_u64(site, p, offset, value)
    else this.write_u32(site, p, offset, Number(BigInt.asUintN(32, value)))
  }

  /** `atomic_set` of 32 bits in memory. */
  atomic_write_u32(site: number, p: Ptr, value: number): void {
    const phys = this.begin(site, p, 0, 4, Op.atomic_write)
    this.kernel.memory.writeU32(phys, value >>> 0)
    this.end(Op.atomic_write, p, 0, 4, phys)
  }

  /** Reads and replaces 32 bits in one step; returns the old value, signed. `change` returning null only reads. */
  update_u32(site: number, p: Ptr, change: (old: number) => number | null): number {
    const phys = this.begin(site, p, 0, 4, Op.atomic_update)
    const old = this.kernel.memory.readU32(phys) | 0
    const next = change(old)
    if (next !== null) this.kernel.memory.writeU32(phys, next >>> 0)
    this.end(next === null ? Op.atomic_read : Op.atomic_update, p, 0, 4, phys)
    return old
  }

  private scatter(p: Ptr, offset: number, size: number, value: bigint): void {
    for (let i = 0; i < size; i++) {
      const phys = this.translate(p, offset + i)
      if (phys !== UNMAPPED) this.kernel.memory.writeU8(phys, Number((value >> BigInt(8 * i)) & 0xffn))
    }
  }

  /** `memset`: one step. Stops with an oops at the first byte that is not mapped. */
  memset(site: number, p: Ptr, byte: number, bytes: number): void {
    if (bytes === 0) return
    if (this.isUser(p)) return this.users!.store(site, Ptr.offset(p), new Uint8Array(bytes).fill(byte & 0xff))
    const first = this.begin(site, p, 0, bytes, Op.memset)
    for (let at = 0; at < bytes;) {
      const run = this.runLength(p, at, bytes)
      const phys = this.translate(p, at)
      if (phys === UNMAPPED) return this.fault(Op.memset, p, 0, bytes)
      this.kernel.memory.fill(phys, run, byte & 0xff)
      at += run
    }
    this.end(Op.memset, p, 0, bytes, first)
  }

  /** `memcpy` and `memmove`: the read of the source and the write of the destination are one step each. */
  memcpy(site: number, to: Ptr, from: Ptr, bytes: number): void {
    if (bytes === 0) return
    const data = this.readBytes(site, from, bytes, Op.read)
    this.writeBytes(site, to, data, Op.memcpy)
  }

  /** `memcmp`: two reads, one step each; the sign of the first difference. */
  memcmp(site: number, a: Ptr, b: Ptr, bytes: number): number {
    if (bytes === 0) return 0
    const left = this.readBytes(site, a, bytes, Op.memcmp)
    const right = this.readBytes(site, b, bytes, Op.memcmp)
    for (let i = 0; i < bytes; i++) if (left[i] !== right[i]) return left[i]! < right[i]! ? -1 : 1
    return 0
  }

  /** Reads `bytes` bytes as one step of the given kind. */
  readBytes(site: number, p: Ptr, bytes: number, kind: number): Uint8Array {
    if (this.isUser(p)) return this.users!.load(site, Ptr.offset(p), bytes)
    const first = this.begin(site, p, 0, bytes, kind)
    const data = new Uint8Array(bytes)
    for (let at = 0; at < bytes;) {
      const run = this.runLength(p, at, bytes)
      const phys = this.translate(p, at)
      if (phys === UNMAPPED) this.fault(kind, p, 0, bytes)
      data.set(this.kernel.memory.bytes(phys, run), at)
      at += run
    }
    this.end(kind, p, 0, bytes, first)
    return data
  }

  /** Writes bytes as one step of the given kind. */
  writeBytes(site: number, p: Ptr, data: Uint8Array, kind: number): void {
    if (this.isUser(p)) return this.users!.store(site, Ptr.offset(p), data)
    const first = this.begin(site, p, 0, data.length, kind)
    for (let at = 0; at < data.length;) {
      const run = this.runLength(p, at, data.length)
      const phys = this.translate(p, at)
      if (phys === UNMAPPED) this.fault(kind, p, 0, data.length)
      this.kernel.memory.writeBytes(phys, data.subarray(at, at + run))
      at += run
    }
    this.end(kind, p, 0, data.length, first)
  }

  /** Bytes from `at` that lie in one page. */
  private runLength(p: Ptr, at: number, bytes: number): number {
    return Math.min(bytes - at, this.pageMask + 1 - ((Ptr.offset(p) + at) & this.pageMask))
  }
}
