/**
 * Page tables that a device walks: built by a driver in frames of its own, in the format of the Apple GPU (UAT), read
 * by the device entry by entry, remembered in a TLB of the device's own until somebody invalidates it.
 *
 * Follows KERNEL_FACTS 10 (levels of 11 bits and 16 KiB pages by default; other geometries have page_shift - 3 bits a
 * level). Entries: type in bits 0-1 (3 = table or page), AP in bits 6-7, PXN 53, UXN 54. The permission matrix is the
 * GPU's, not ARM's.
 * Simplified: the TLB keeps leaves only and never drops one to make room; memory attributes change nothing.
 */
import type { Kernel } from '../mm/kernel.ts'
import { Field, FrameKind } from '../trace/fields.ts'

export interface TableGeometry {
  readonly levels: number
  readonly pageShift: number
  /** Bits of an IO address that count; what is above them is ignored. */
  readonly addressBits: number
}

/** Where a walk or the TLB leads. */
export interface DeviceTranslation {
  /** Physical address of the byte; -1 = nothing is mapped there. */
  readonly phys: number
  readonly read: boolean
  readonly write: boolean
  /** Right of the entry, 0 = none known. */
  readonly right: number
  /** The TLB knows the page, the tables say something else by now. */
  readonly stale: boolean
  /** The device has just cached the entry. */
  readonly filled: boolean
  /** Frames of tables on the way that are free memory by now, with their levels. */
  readonly freed: readonly { readonly pfn: number; readonly level: number }[]
}

/** A leaf entry that is valid in a table. */
export interface Leaf {
  readonly right: number
  readonly value: bigint
  readonly pfn: number
}

/** What a change of tables did to the leaves. */
export interface LeafChange {
  readonly ended: Leaf | null
  readonly begun: Leaf | null
}

/** A table that went back to the allocator. */
export interface FreedTable {
  readonly pfn: number
  readonly level: number
  /** Valid entries that were left in it. */
  readonly valid: number
  /** The device still reaches it from its root. */
  readonly reached: boolean
  readonly ended: readonly Leaf[]
}

interface CachedLeaf {
  /** Physical address of the page. */
  readonly page: number
  readonly read: boolean
  readonly write: boolean
  readonly right: number
}

const VALID = 3n
const AP_SHIFT = 6n
const PXN = 1n << 53n
const UXN = 1n << 54n
const ADDRESS_BITS = (1n << 48n) - 1n
const ENTRY_BYTES = 8

/** Rights of the GPU by AP and the bits UXN, PXN: bit 0 = read, bit 1 = write. */
const GPU_RIGHTS: Readonly<Record<number, readonly [number, number, number, number]>> = {
  // (uxn,pxn): 00, 01, 10, 11
  0: [0, 1, 2, 3],
  1: [0, 0, 0, 1],
  2: [1, 2, 3, 0],
  3: [0, 0, 0, 0],
}

/** Bits of a leaf entry that give the GPU rights: AP = GPU only, access flag set, not global. */
export function gpuEntryBits(read: boolean, write: boolean): bigint {
  const base = VALID | (2n << AP_SHIFT) | (1n << 10n) | (1n << 11n)
  if (read) return write ? base | UXN : base
  return write ? base | PXN : base | UXN | PXN
}

/** Rights of the GPU by a leaf entry: bit 0 = read, bit 1 = write. */
export function deviceEntryRights(entry: bigint): number {
  const index = ((entry & UXN) !== 0n ? 2 : 0) + ((entry & PXN) !== 0n ? 1 : 0)
  return GPU_RIGHTS[Number((entry >> AP_SHIFT) & 3n)]![index]!
}

export class DeviceTable {
  /** Physical address of the top table; -1 = none. */
  root = -1
  readonly pageSize: number
  private readonly bits: number
  private readonly entries: number
  /** Frames of a table. */
  readonly tableFrames: number
  /** Tables that were found, by the frame they start at: their level. */
  readonly tables = new Map<number, number>()
  /** Valid leaf entries by the physical address of the entry. */
  private readonly leaves = new Map<number, Leaf>()
  private readonly tlb = new Map<number, CachedLeaf>()

  constructor(
    readonly id: number,
    readonly geometry: TableGeometry,
    private readonly kernel: Kernel,
    private readonly nextRight: () => number,
  ) {
    this.pageSize = 2 ** geometry.pageShift
    this.bits = geometry.pageShift - 3
    this.entries = 2 ** this.bits
    this.tableFrames = 2 ** (geometry.pageShift - kernel.info.pageShift)
  }

  /** An IO address without the bits that the device ignores. */
  mask(iova: bigint): number {
    return Number(BigInt.asUintN(this.geometry.addressBits, iova))
  }

  private tableOf(entry: bigint): number {
    return Number(entry & ADDRESS_BITS & ~BigInt(this.pageSize - 1))
  }

  private inMemory(phys: number): boolean {
    return phys >= 0 && phys + this.pageSize <= this.kernel.config.memory
  }

  private isFree(pfn: number): boolean {
    const kind = this.kernel.frames.kindOf(pfn)
    return kind === FrameKind.BUDDY || kind === FrameKind.PCP
  }

  /** Physical address of an entry of a table at some level. */
  entryAt(table: number, iova: number, level: number): number {
    return table + (Math.floor(iova / 2 ** (this.geometry.pageShift + this.bits * level)) % this.entries) * ENTRY_BYTES
  }

  /**
   * Physical address of the leaf entry for an IO address. `make` gives a zeroed table (a physical address, -1 = no
   * memory) where one is missing. -1: there is none.
   */
  leafEntry(iova: number, make: (() => number) | null): number {
    let table = this.root
    for (let level = this.geometry.levels - 1; ; level--) {
      if (!this.inMemory(table)) return -1
      const at = this.entryAt(table, iova, level)
      if (level === 0) return at
      const entry = this.kernel.memory.readU64(at)
      if ((entry & VALID) === VALID) {
        table = this.tableOf(entry)
        continue
      }
      if (make === null || (table = make()) < 0) return -1
      this.kernel.memory.writeU64(at, BigInt(table) | VALID)
    }
  }

  /** What the tables say at this moment. */
  walk(iova: number): DeviceTranslation {
    const freed: { pfn: number; level: number }[] = []
    let table = this.root
    for (let level = this.geometry.levels - 1; this.inMemory(table); level--) {
      const pfn = table / 2 ** this.kernel.info.pageShift
      if (this.isFree(pfn)) freed.push({ pfn, level })
      const at = this.entryAt(table, iova, level)
      const entry = this.kernel.memory.readU64(at)
      if ((entry & VALID) !== VALID) break
      table = this.tableOf(entry)
      if (level > 0) continue
      if (!this.inMemory(table)) break
      const rights = deviceEntryRights(entry)
      const { right } = this.leaves.get(at) ?? { right: 0 }
      const phys = table + (iova % this.pageSize)
      return {
        phys,
        read: (rights & 1) !== 0,
        write: (rights & 2) !== 0,
        right,
        stale: false,
        filled: false,
        freed,
      }
    }
    return { phys: -1, read: false, write: false, right: 0, stale: false, filled: false, freed }
  }

  /** What the device does with an IO address: the TLB answers if it knows the page, else the tables do. */
  translate(iova: number): DeviceTranslation {
    const page = Math.floor(iova / this.pageSize)
    const known = this.tlb.get(page)
    if (known === undefined) {
      const found = this.walk(iova)
      if (found.phys < 0) return found
      const { read, write, right } = found
      this.tlb.set(page, { page: found.phys - (iova % this.pageSize), read, write, right })
      this.record(right, 0, page + 1)
      return { ...found, filled: true }
    }
    const now = this.walk(iova)
    const phys = known.page + (iova % this.pageSize)
    const stale = now.phys !== phys || (known.read && !now.read) || (known.write && !now.write)
    return { ...known, phys, stale, filled: false, freed: [] }
  }

  /** Forgets a page, or all (-1). Returns how many entries were dropped. */
  invalidate(iova: number): number {
    if (iova >= 0) return this.drop(Math.floor(iova / this.pageSize))
    const dropped = this.tlb.size
    for (const page of [...this.tlb.keys()]) this.drop(page)
    return dropped
  }

  private drop(page: number): number {
    const known = this.tlb.get(page)
    if (known === undefined) return 0
    this.tlb.delete(page)
    this.record(known.right, page + 1, 0)
    return 1
  }

  /** Records for which page an entry is remembered. An entry without a right has no name in the trace. */
  private record(right: number, before: number, after: number): void {
    if (right !== 0) this.kernel.trace.delta(Field.DEVICE_TLB, right, before >>> 0, after >>> 0)
  }

  /** Finds the tables below one that was not known, and what its leaves map. */
  scan(table: number, level: number): LeafChange[] {
    const pfn = table / 2 ** this.kernel.info.pageShift
    if (!this.inMemory(table) || this.tables.has(pfn)) return []
    this.tables.set(pfn, level)
    return this.follow(pfn)
  }

  /** Compares a table with what was known of it, after a write. */
  follow(pfn: number): LeafChange[] {
    const level = this.tables.get(pfn)
    if (level === undefined) return []
    const changes: LeafChange[] = []
    const table = pfn * 2 ** this.kernel.info.pageShift
    const bytes = this.kernel.memory.bytes(table, this.pageSize)
    const words = new DataView(bytes.buffer)
    for (let i = 0; i < this.entries; i++) {
      const at = table + i * ENTRY_BYTES
      const known = level === 0 ? this.leaves.get(at) : undefined
      // Most entries are empty: the halves are looked at before a bigint is made.
      const low = words.getUint32(i * ENTRY_BYTES, true)
      if ((low & 3) !== 3 && known === undefined) continue
      const value = words.getBigUint64(i * ENTRY_BYTES, true)
      if (level > 0) {
        const below = this.tableOf(value)
        if (this.inMemory(below) && !this.isFree(below / 2 ** this.kernel.info.pageShift))
          changes.push(...this.scan(below, level - 1))
        continue
      }
      if (known?.value === value) continue
      const valid = (value & VALID) === VALID
      const mapped = this.tableOf(value) / 2 ** this.kernel.info.pageShift
      const begun = valid ? { right: this.nextRight(), value, pfn: mapped } : null
      if (begun === null) this.leaves.delete(at)
      else this.leaves.set(at, begun)
      changes.push({ ended: known ?? null, begun })
    }
    return changes
  }

  /** True if an entry of an upper table leads to a table that has not been freed. */
  private lives(words: DataView, i: number): boolean {
    const below = this.tableOf(words.getBigUint64(i * ENTRY_BYTES, true)) / 2 ** this.kernel.info.pageShift
    return this.tables.has(below) && !this.isFree(below)
  }

  /** True if the device reaches a table from its root, by the entries as they are. */
  reaches(pfn: number): boolean {
    const wanted = pfn * 2 ** this.kernel.info.pageShift
    const look = (table: number, level: number): boolean => {
      if (table === wanted) return true
      if (level === 0 || !this.inMemory(table)) return false
      const words = new DataView(this.kernel.memory.bytes(table, this.pageSize).buffer)
      for (let i = 0; i < this.entries; i++) {
        if ((words.getUint32(i * ENTRY_BYTES, true) & 3) !== 3) continue
        if (look(this.tableOf(words.getBigUint64(i * ENTRY_BYTES, true)), level - 1)) return true
      }
      return false
    }
    return this.root >= 0 && look(this.root, this.geometry.levels - 1)
  }

  /** Tables that went back to the allocator. They are known no more, and their leaves give no right any longer. */
  takeFreed(): FreedTable[] {
    const freed: FreedTable[] = []
    for (const [pfn, level] of this.tables) {
      if (!this.isFree(pfn)) continue
      const words = new DataView(this.kernel.memory.bytes(pfn * 2 ** this.kernel.info.pageShift, this.pageSize).buffer)
      const table = pfn * 2 ** this.kernel.info.pageShift
      const ended: Leaf[] = []
      let valid = 0
      for (let i = 0; i < this.entries; i++) {
        // A freed child may be named still, as nobody walks there any more; a live one would be lost with its parent.
        if ((words.getUint32(i * ENTRY_BYTES, true) & 3) === 3 && (level === 0 || this.lives(words, i))) valid++
        const leaf = this.leaves.get(table + i * ENTRY_BYTES)
        if (leaf !== undefined) ended.push(leaf)
        this.leaves.delete(table + i * ENTRY_BYTES)
      }
      freed.push({ pfn, level, valid, reached: this.reaches(pfn), ended })
    }
    for (const { pfn } of freed) this.tables.delete(pfn)
    return freed
  }
}
