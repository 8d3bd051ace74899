// @era all
// @machine arch=arm64-16k
// @expect pt-double-take 158
//
// MISTAKE: the walk that frees takes the top table too, and its owner takes it a second time.
/**
 * Page tables of the Apple GPU (UAT), as pgtable.rs of the Asahi driver walks them: three levels of 16 KiB. A physical
 * address in a parent's entry owns the child: into_phys() when the entry is made, borrow_phys() to walk, from_phys() to
 * free. Leaf pages belong to somebody else. Left out: README.md.
 */
import { Page, borrow_phys, from_phys, into_phys } from 'asahi/page'
import { GFP_KERNEL, KernelError, __GFP_ZERO, drop } from 'kernel'
import { EINVAL, EIO, pr_err, type Ptr } from 'linux'
import { run_job } from './gpu.ts'

export const UAT_PGBIT = 14n
export const UAT_PGSZ = 1n << UAT_PGBIT
const UAT_LVBITS = 11n
const UAT_NPTE = 1 << Number(UAT_LVBITS)
const UAT_IASMSK = (1n << 39n) - 1n
const UAT_LEVELS = 3
const PTE_TYPE_BITS = 3n
const PTE_TYPE_LEAF_TABLE = 3n

/** Protections: AF, and AP = 2 (GPU only) with UXN for reading and writing, with none for reading. */
export const PROT_GPU_RW = (1n << 10n) | (2n << 6n) | (1n << 54n)
export const PROT_GPU_RO = (1n << 10n) | (2n << 6n)

/** The neighbouring entries of a leaf table that a range has: a pointer, their number, the address of the first. */
type Leaves = (ptes: Ptr, count: number, iova: bigint) => void
export interface Range {
  readonly start: bigint
  readonly end: bigint
}

const index_of = (iova: bigint, level: number): number =>
  Number((iova >> (UAT_PGBIT + UAT_LVBITS * BigInt(level))) & BigInt(UAT_NPTE - 1))
const load = (table: bigint, i: number): bigint =>
  borrow_phys(table)!.with_pointer_into_page(i * 8, 8, (pte) => pte.read_u64(0))
const store = (table: bigint, i: number, pte: bigint): void =>
  borrow_phys(table)!.with_pointer_into_page(i * 8, 8, (p) => p.write_u64(0, pte))
const alloc_table = (): bigint => into_phys(Page.alloc_page(GFP_KERNEL | __GFP_ZERO))

export class UatPageTable {
  private readonly oas_mask: bigint
  private constructor(readonly ttb: bigint, private readonly ttb_owned: boolean, oas: number) {
    this.oas_mask = (1n << BigInt(oas)) - 1n
  }

  static new(oas: number): UatPageTable {
    return new UatPageTable(alloc_table(), true, oas)
  }
  /** With a top table that the boot loader made: walked, never freed. */
  static new_with_ttb(ttb: bigint, oas: number): UatPageTable {
    if ((ttb & (UAT_PGSZ - 1n)) !== 0n) throw new KernelError(-EINVAL)
    if (borrow_phys(ttb) === null) {
      pr_err('UATPageTable::new_with_ttb: not mapped (DT using no-map?)')
      throw new KernelError(-EIO)
    }
    return new UatPageTable(ttb, false, oas)
  }

  private address(pte: bigint): bigint {
    return pte & this.oas_mask & ~(UAT_PGSZ - 1n)
  }

  /** The walk that everything is made of. */
  private with_pages(range: Range, alloc: boolean, free: boolean, callback: Leaves): void {
    if (((range.start | range.end) & (UAT_PGSZ - 1n)) !== 0n) throw new KernelError(-EINVAL)
    if (range.start === range.end) return
    let iova = range.start & UAT_IASMSK
    const end = ((range.end - 1n) & UAT_IASMSK) + 1n
    let last = iova
    // Tables on the way, by level; the top one is the TTB.
    const level: (bigint | null)[] = [null, null, this.ttb]
    while (iova < end) {
      for (let n = 0; n < UAT_LEVELS - 1; n++) {
        const bits = UAT_PGBIT + UAT_LVBITS * BigInt(n + 1)
        if (level[n] === null || last >> bits === iova >> bits) continue
        if (free) drop(from_phys(level[n]!))
        level[n] = null
      }
      last = iova
      let missing = -1
      for (let n = UAT_LEVELS - 2; n >= 0 && missing < 0; n--) {
        if (level[n] !== null) continue
        const parent = level[n + 1]!
        const i = index_of(iova, n + 1)
        const pte = load(parent, i)
        if (pte === 0n && alloc) {
          const table = alloc_table()
          store(parent, i, table | PTE_TYPE_LEAF_TABLE)
          level[n] = table
        } else if ((pte & PTE_TYPE_BITS) === PTE_TYPE_LEAF_TABLE) level[n] = this.address(pte)
        else {
          if (pte !== 0n) pr_err(`UATPageTable: unexpected entry ${pte.toString(16)} at level ${n + 1}`)
          missing = n
        }
      }
      const block = 1n << (UAT_PGBIT + UAT_LVBITS * BigInt(Math.max(missing + 1, 1)))
      const next = (iova & ~(block - 1n)) + block
      const to = next < end ? next : end
      if (missing < 0) {
        const count = Number((to - iova) >> UAT_PGBIT)
        const leaves = borrow_phys(level[0]!)!
        leaves.with_pointer_into_page(index_of(iova, 0) * 8, count * 8, (ptes) => callback(ptes, count, iova))
      }
      iova = to
    }
    if (free) for (const table of [...level]) if (table) drop(from_phys(table))
  }

  alloc_pages(range: Range): void {
    this.with_pages(range, true, false, () => undefined)
  }

  /** `one_page`: the same page again and again. */
  map_pages(range: Range, phys: bigint, prot: bigint, one_page: boolean): void {
    if ((phys & (UAT_PGSZ - 1n)) !== 0n) throw new KernelError(-EINVAL)
    let at = phys
    this.with_pages(range, true, false, (ptes, count) => {
      for (let i = 0; i < count; i++) {
        if (ptes.read_u64(i * 8) !== 0n) pr_err('UATPageTable::map_pages: mapping over existing page')
        ptes.write_u64(i * 8, at | prot | PTE_TYPE_LEAF_TABLE)
        if (!one_page) at += UAT_PGSZ
      }
    })
  }

  reprot_pages(range: Range, prot: bigint): void {
    this.with_pages(range, false, false, (ptes, count, iova) => {
      for (let i = 0; i < count; i++) {
        const pte = ptes.read_u64(i * 8)
        if ((pte & PTE_TYPE_BITS) === PTE_TYPE_LEAF_TABLE) ptes.write_u64(i * 8, this.address(pte) | prot | 3n)
        else pr_err(`UATPageTable::reprot_pages: nothing mapped from 0x${iova.toString(16)}`)
      }
    })
  }

  /** Clears entries; no table is freed. The caller invalidates the TLB before the pages go. */
  unmap_pages(range: Range): void {
    this.with_pages(range, false, false, (ptes, count, iova) => {
      for (let i = 0; i < count; i++) {
        if ((ptes.read_u64(i * 8) & 3n) === 0n) pr_err(`UATPageTable::unmap_pages: nothing at 0x${iova.toString(16)}`)
        ptes.write_u64(i * 8, 0n)
      }
    })
  }

  /** Drop: the tables of a range, leaves first, and the top one if it is ours. */
  drop(va_range: Range): void {
    this.with_pages(va_range, false, true, (ptes, count, iova) => {
      for (let i = 0; i < count; i++) {
        const at = iova + BigInt(i) * UAT_PGSZ
        if (ptes.read_u64(i * 8) !== 0n) pr_err(`UATPageTable::drop: Leaked page at IOVA 0x${at.toString(16)}`)
      }
    })
    if (this.ttb_owned) drop(from_phys(this.ttb))
  }
}

run_job(UatPageTable.new(42))
