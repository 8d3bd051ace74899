/**
 * Page tables of a user address space: real entries in simulated frames, so that a device or a driver that reads them
 * sees what the MMU would.
 *
 * Kernel: arch/x86/include/asm/pgtable_types.h (4 levels of 9 bits) and pgtable-invert.h, pgtable-2level_types.h (i386
 * without PAE: 2 levels of 10 bits, entries of 4 bytes, no NX), arch/arm64/include/asm/pgtable-hwdef.h and
 * pgtable-prot.h (16 KiB pages, 47 bits: 3 levels of 11); KERNEL_FACTS 7.2, 7.3.
 * Simplified: no huge leaves; the accessed bit is cleared by fork alone (nothing ages pages here); the kernel's half of
 * a top table is empty; tables of i386 lie in low memory (CONFIG_HIGHPTE is off, as in i386_defconfig).
 */
import { changes, Part, reads } from './state-watch.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { Memory } from './memory.ts'
import { isPresent, levelsOf, type Levels } from './page-table-bits.ts'

/** One entry of the last level, taken apart. */
export interface Pte {
  readonly pfn: number
  readonly write: boolean
  /** The software bit that says "no `struct page` behind this entry counts it". */
  readonly special: boolean
  /** Somebody wrote through the entry, or it was made for a write. */
  readonly dirty?: boolean
  /** PROT_NONE: the entry is kept, and every access faults. */
  readonly none?: boolean
  /** Nobody used the entry since it was made old: a child's copy (pte_mkold). */
  readonly old?: boolean
}

interface Geometry {
  /** The frame number of an entry that is not present has its bits inverted (protnone_mask, against L1TF). */
  readonly invertsNone: boolean
  readonly encode: (pte: Pte, base: bigint) => bigint
  readonly decode: (entry: bigint) => Omit<Pte, 'pfn'>
  readonly dirty: { readonly set: bigint; readonly clear: bigint }
  readonly accessed: bigint
}

const X86_PRESENT = 1n
const X86_RW = 2n
const X86_DIRTY = 1n << 6n
/** Means "global" in a present entry, PROT_NONE in one that is not. */
const X86_PROTNONE = 1n << 8n
const X86_SPECIAL = 1n << 9n
const X86_ACCESSED = 1n << 5n
const X86_USER = 4n
const X86_NX = 1n << 63n

/** `usable`: bits of an entry that is not PROT_NONE. `saved`: where the dirty state of a read-only entry is kept. */
const x86 = (usable: bigint, saved: bigint, invertsNone: boolean): Geometry => ({
  invertsNone,
  encode: (pte, base) =>
    base |
    (pte.none === true ? 0n : usable) |
    (pte.old === true ? 0n : X86_ACCESSED) |
    (pte.none === true ? X86_PROTNONE : X86_PRESENT) |
    (pte.write ? X86_RW : 0n) |
    (pte.dirty !== true ? 0n : pte.write ? X86_DIRTY : saved) |
    (pte.special ? X86_SPECIAL : 0n),
  decode: (entry) => ({
    write: (entry & X86_RW) !== 0n,
    special: (entry & X86_SPECIAL) !== 0n,
    dirty: (entry & (X86_DIRTY | saved)) !== 0n,
    old: (entry & X86_ACCESSED) === 0n,
    none: (entry & X86_PRESENT) === 0n && (entry & X86_PROTNONE) !== 0n,
  }),
  dirty: { set: X86_DIRTY, clear: 0n },
  accessed: X86_ACCESSED,
})

const ARM_VALID = 1n
const ARM_USER = 1n << 6n
const ARM_RDONLY = 1n << 7n
const ARM_WRITE = 1n << 51n
const ARM_DIRTY = 1n << 55n
const ARM_SPECIAL = 1n << 56n
const ARM_ACCESSED = 1n << 10n
/** Page, inner shareable, not global, never executed. */
const ARM_BASE = 2n | (3n << 8n) | (1n << 11n) | (3n << 53n)

const ARM: Geometry = {
  invertsNone: false,
  encode: (pte, base) =>
    base |
    ARM_BASE |
    (pte.old === true ? 0n : ARM_ACCESSED) |
    (pte.none === true ? 0n : ARM_VALID | ARM_USER) |
    // DBM: the hardware makes a clean writable entry dirty by taking RDONLY away.
    (pte.write ? ARM_WRITE : 0n) |
    (pte.write && pte.dirty === true ? 0n : ARM_RDONLY) |
    (pte.dirty === true ? ARM_DIRTY : 0n) |
    (pte.special ? ARM_SPECIAL : 0n),
  decode: (entry) => ({
    write: (entry & ARM_WRITE) !== 0n,
    special: (entry & ARM_SPECIAL) !== 0n,
    dirty: (entry & ARM_DIRTY) !== 0n,
    old: (entry & ARM_ACCESSED) === 0n,
    none: (entry & ARM_VALID) === 0n,
  }),
  dirty: { set: ARM_DIRTY, clear: ARM_RDONLY },
  accessed: ARM_ACCESSED,
}

const GEOMETRIES: Readonly<Record<MachineInfo['arch'], Geometry>> = {
  x86_64: x86(X86_USER | X86_NX, 1n << 58n, true),
  'i386-highmem': x86(X86_USER, 1n << 10n, false),
  'arm64-16k': ARM,
}

/** Raw bits of an entry of the last level, as pfn_pte() makes them. */
export function encodePte(info: MachineInfo, pte: Pte): bigint {
  const { encode, invertsNone } = GEOMETRIES[info.arch]
  const { physMask } = levelsOf(info)
  const base = (BigInt(pte.pfn) << BigInt(info.pageShift)) & physMask
  return encode(pte, invertsNone && pte.none === true ? base ^ physMask : base)
}

/** The parts of raw bits; null = no entry (pte_none). */
export function decodePte(info: MachineInfo, entry: bigint): Pte | null {
  if (entry === 0n) return null
  const { decode, invertsNone } = GEOMETRIES[info.arch]
  const { physMask } = levelsOf(info)
  const bits = invertsNone && !isPresent(entry) ? ~entry : entry
  return { pfn: Number((bits & physMask) >> BigInt(info.pageShift)), ...decode(entry) }
}

/** Where the pages of a table come from. */
export interface TablePages {
  /** A zeroed frame, or -1. */
  take(): number
  give(pfn: number): void
}

export class PageTable {
  private readonly geometry: Geometry
  private readonly levels: Levels
  private readonly pageSize: number
  private readonly entryBytes: 4 | 8
  private root = -1
  private readonly tables: number[] = []

  constructor(
    private readonly info: MachineInfo,
    private readonly memory: Memory,
    private readonly pages: TablePages,
  ) {
    this.geometry = GEOMETRIES[info.arch]
    this.levels = levelsOf(info)
    this.pageSize = 2 ** info.pageShift
    this.entryBytes = this.levels.entryBytes
  }

  /** The entry at a physical address. */
  private load(at: number): bigint {
    return this.entryBytes === 8 ? this.memory.readU64(at) : BigInt(this.memory.readU32(at))
  }

  private store(at: number, entry: bigint): void {
    if (this.entryBytes === 8) this.memory.writeU64(at, entry)
    else this.memory.writeU32(at, Number(entry))
  }

  /** Physical address of the last-level entry for an address; -1 = no table there (or no memory to make one). */
  private entryAt(address: number, make: boolean): number {
    if (this.root < 0) {
      if (!make || (this.root = this.newTable()) < 0) return -1
    }
    const { shifts, bits, table, physMask } = this.levels
    let pfn = this.root
    for (let level = 0; ; level++) {
      const at = pfn * this.pageSize + (Math.floor(address / 2 ** shifts[level]!) % 2 ** bits[level]!) * this.entryBytes
      if (level === shifts.length - 1) return at
      const entry = this.load(at)
      if (entry !== 0n) {
        pfn = Number(entry & physMask) / this.pageSize
        continue
      }
      if (!make || (pfn = this.newTable()) < 0) return -1
      this.store(at, BigInt(pfn * this.pageSize) | table)
    }
  }

  private newTable(): number {
    const pfn = this.pages.take()
    if (pfn >= 0) this.tables.push(pfn)
    return pfn
  }

  /** Raw bits of the last-level entry; 0 = none. */
  raw(address: number): bigint {
    reads(Part.ENTRIES, this, address, address + 1)
    const at = this.entryAt(address, false)
    return at < 0 ? 0n : this.load(at)
  }

  /** The entry for an address, or null when nothing is mapped there. */
  get(address: number): Pte | null {
    return decodePte(this.info, this.raw(address))
  }

  /** pte_alloc(): makes the tables that an entry needs. False: no memory for one. */
  reserve(address: number): boolean {
    return this.entryAt(address, true) >= 0
  }

  /** Writes an entry. False: no memory for a table. */
  set(address: number, pte: Pte): boolean {
    const at = this.entryAt(address, true)
    if (at < 0) return false
    changes(Part.ENTRIES, this, address, address + 1)
    this.store(at, encodePte(this.info, pte))
    return true
  }

  /** What the MMU does at a write through a clean entry. */
  makeDirty(address: number): void {
    const at = this.entryAt(address, false)
    const old = at < 0 ? 0n : this.load(at)
    const { set, clear } = this.geometry.dirty
    if (old === 0n || (old & set) !== 0n) return reads(Part.ENTRIES, this, address, address + 1)
    changes(Part.ENTRIES, this, address, address + 1)
    this.store(at, (old | set) & ~clear)
  }

  /** What the MMU does when it walks to an entry that is old. */
  makeYoung(address: number): void {
    const at = this.entryAt(address, false)
    const old = at < 0 ? 0n : this.load(at)
    const { accessed } = this.geometry
    if (old === 0n || (old & accessed) !== 0n) return reads(Part.ENTRIES, this, address, address + 1)
    changes(Part.ENTRIES, this, address, address + 1)
    this.store(at, old | accessed)
  }

  clear(address: number): void {
    const at = this.entryAt(address, false)
    if (at < 0 || this.load(at) === 0n) return reads(Part.ENTRIES, this, address, address + 1)
    changes(Part.ENTRIES, this, address, address + 1)
    this.store(at, 0n)
  }

  /** Frames that hold the tables, top one first (for checks). */
  get frames(): readonly number[] {
    return this.tables
  }

  /** Every entry of the last level with its address, in order (for checks). */
  entries(): [number, Pte][] {
    const found: [number, Pte][] = []
    const { shifts, physMask } = this.levels
    const look = (pfn: number, level: number, base: number): void => {
      for (let i = 0; i < this.pageSize / this.entryBytes; i++) {
        const entry = this.load(pfn * this.pageSize + i * this.entryBytes)
        if (entry === 0n) continue
        const address = base + i * 2 ** shifts[level]!
        if (level < shifts.length - 1) look(Number(entry & physMask) / this.pageSize, level + 1, address)
        else found.push([address, decodePte(this.info, entry)!])
      }
    }
    if (this.root >= 0) look(this.root, 0, 0)
    return found
  }

  /** free_pgtables(): gives every table back. */
  free(): void {
    changes(Part.ENTRIES, this)
    for (const pfn of this.tables.splice(0)) this.pages.give(pfn)
    this.root = -1
  }
}
