/**
 * Page tables of a user address space: real entries in simulated frames, so that a device or a driver that reads them
 * sees what the MMU would.
 *
 * Kernel: arch/x86/include/asm/pgtable_types.h (4 levels of 9 bits), arch/arm64/include/asm/pgtable-hwdef.h (16 KiB
 * pages, 47 bits: 3 levels of 11), arch/x86 PAE (2 + 9 + 9 bits); KERNEL_FACTS 7.2, 7.3.
 * Simplified: no huge leaves; the accessed bit is set when an entry is made and never cleared.
 */
import type { MachineInfo } from '../trace/record.ts'
import type { Memory } from './memory.ts'

/** One entry of the last level, taken apart. */
export interface Pte {
  readonly pfn: number
  readonly write: boolean
  /** The software bit that says "no `struct page` behind this entry counts it". */
  readonly special: boolean
}

interface Geometry {
  /** Lowest address bit of each level's index, top level first. */
  readonly shifts: readonly number[]
  /** Entries of a table below the top one. */
  readonly entries: number
  readonly table: bigint
  readonly encode: (pte: Pte, base: bigint) => bigint
  readonly write: (entry: bigint) => boolean
  readonly special: bigint
  readonly physMask: bigint
}

const X86_SPECIAL = 1n << 9n
const x86Encode = (pte: Pte, base: bigint): bigint =>
  base | 0x25n | (pte.write ? 0x42n : 0n) | (pte.special ? X86_SPECIAL : 0n) | (1n << 63n)
const x86Write = (entry: bigint): boolean => (entry & 2n) !== 0n
const X86_PHYS = 0x000f_ffff_ffff_f000n

const ARM_SPECIAL = 1n << 56n
const ARM_RDONLY = 1n << 7n
/** Valid page, user, inner shareable, accessed, not global, never executed. */
const ARM_BASE = 3n | (1n << 6n) | (3n << 8n) | (1n << 10n) | (1n << 11n) | (3n << 53n)
const armEncode = (pte: Pte, base: bigint): bigint =>
  base | ARM_BASE | (pte.write ? (1n << 51n) | (1n << 55n) : ARM_RDONLY) | (pte.special ? ARM_SPECIAL : 0n)

const X86 = { table: 0x67n, encode: x86Encode, write: x86Write, special: X86_SPECIAL, physMask: X86_PHYS }
const GEOMETRIES: Readonly<Record<string, Geometry>> = {
  x86_64: { ...X86, shifts: [39, 30, 21, 12], entries: 512 },
  'i386-highmem': { ...X86, shifts: [30, 21, 12], entries: 512 },
  'arm64-16k': {
    shifts: [36, 25, 14],
    entries: 2048,
    table: 3n,
    encode: armEncode,
    write: (entry) => (entry & ARM_RDONLY) === 0n,
    special: ARM_SPECIAL,
    physMask: 0x0000_ffff_ffff_c000n,
  },
}

const ENTRY_BYTES = 8

/** Where the pages of a table come from. */
export interface TablePages {
  /** A zeroed frame, or -1. */
  take(): number
  give(pfn: number): void
}

export class PageTable {
  private readonly geometry: Geometry
  private readonly pageSize: number
  private root = -1
  private readonly tables: number[] = []

  constructor(
    info: MachineInfo,
    private readonly memory: Memory,
    private readonly pages: TablePages,
  ) {
    this.geometry = GEOMETRIES[info.arch]!
    this.pageSize = 2 ** info.pageShift
  }

  /** Physical address of the last-level entry for an address; -1 = no table there (or no memory to make one). */
  private entryAt(address: number, make: boolean): number {
    if (this.root < 0) {
      if (!make || (this.root = this.newTable()) < 0) return -1
    }
    const { shifts, entries, table } = this.geometry
    let pfn = this.root
    for (let level = 0; ; level++) {
      const at = pfn * this.pageSize + (Math.floor(address / 2 ** shifts[level]!) % entries) * ENTRY_BYTES
      if (level === shifts.length - 1) return at
      const entry = this.memory.readU64(at)
      if (entry !== 0n) {
        pfn = this.pfnOf(entry)
        continue
      }
      if (!make || (pfn = this.newTable()) < 0) return -1
      this.memory.writeU64(at, BigInt(pfn * this.pageSize) | table)
    }
  }

  private newTable(): number {
    const pfn = this.pages.take()
    if (pfn >= 0) this.tables.push(pfn)
    return pfn
  }

  private pfnOf(entry: bigint): number {
    return Number(entry & this.geometry.physMask) / this.pageSize
  }

  /** Raw bits of the last-level entry; 0 = none. */
  raw(address: number): bigint {
    const at = this.entryAt(address, false)
    return at < 0 ? 0n : this.memory.readU64(at)
  }

  /** The entry for an address, or null when nothing is mapped there. */
  get(address: number): Pte | null {
    const entry = this.raw(address)
    if (entry === 0n) return null
    return {
      pfn: this.pfnOf(entry),
      write: this.geometry.write(entry),
      special: (entry & this.geometry.special) !== 0n,
    }
  }

  /** Writes an entry. False: no memory for a table. */
  set(address: number, pte: Pte): boolean {
    const at = this.entryAt(address, true)
    if (at < 0) return false
    this.memory.writeU64(at, this.geometry.encode(pte, BigInt(pte.pfn * this.pageSize)))
    return true
  }

  clear(address: number): void {
    const at = this.entryAt(address, false)
    if (at >= 0 && this.memory.readU64(at) !== 0n) this.memory.writeU64(at, 0n)
  }

  /** free_pgtables(): gives every table back. */
  free(): void {
    for (const pfn of this.tables.splice(0)) this.pages.give(pfn)
    this.root = -1
  }
}
