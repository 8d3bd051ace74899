/**
 * `struct mm_struct`: a user address space, with its two counts, its areas in order of address and its page tables.
 *
 * Kernel: include/linux/mm_types.h, kernel/fork.c mmput(), mmdrop(), mm/mmap.c find_vma(), __split_vma(),
 * arch_get_unmapped_area_topdown(); KERNEL_FACTS 7.8.
 */
import { addsTo, changes, END, Part, reads } from '../machine/state-watch.ts'
import type { UserSpace } from '../machine/layout.ts'
import type { PageTable } from '../machine/page-table.ts'
import { AreaState } from '../trace/fields.ts'
import type { AreaRecord } from './area-record.ts'
import { RssStat } from './rss-stat.ts'
import type { Vma } from './vma.ts'

/** mmap_min_addr. */
const MMAP_MIN_ADDR = 0x1_0000

export class MmStruct {
  /** `mm_users`: users of the address space. */
  users = 1
  /** `mm_count`: holders of the struct; all users together are one. */
  count = 1
  readonly vmas: Vma[] = []
  /** Areas that left the tree and still have entries: rmap finds them (i_mmap). */
  readonly detached = new Set<Vma>()
  /** Right of each page that is mapped, by address. */
  readonly rights = new Map<number, number>()

  /** `rss_stat`: resident pages by kind. */
  readonly rss: RssStat
  private readonly top: number
  private readonly end: number

  constructor(
    readonly id: number,
    readonly table: PageTable,
    private readonly pageSize: number,
    private readonly areas: AreaRecord,
    cpus: number,
    { mmapBase, taskSize }: UserSpace,
  ) {
    this.rss = new RssStat(cpus)
    this.top = mmapBase
    this.end = taskSize
  }

  /** vma_lookup(): the area that an address lies in. */
  lookup(address: number): Vma | null {
    reads(Part.AREAS, this, address, address + 1)
    return this.vmas.find((vma) => address >= vma.start && address < vma.end) ?? null
  }

  /** find_vma(): the first area that ends above an address; the address may lie below it. */
  findVma(address: number): Vma | null {
    const found = this.vmas.find((vma) => address < vma.end) ?? null
    reads(Part.AREAS, this, address, found?.end ?? END)
    return found
  }

  insert(vma: Vma): void {
    this.changed(vma)
    const at = this.vmas.findIndex((other) => other.start > vma.start)
    this.vmas.splice(at < 0 ? this.vmas.length : at, 0, vma)
    this.areas.put(vma, AreaState.IN_TREE)
  }

  /** An area that is in no tree yet is shown to a driver; `insert` or `withdraw` follows. */
  offer(vma: Vma): void {
    this.areas.put(vma, AreaState.NEW)
  }

  /** An area is made, goes, or changes: said before it does. `updated` follows when its fields have changed. */
  changed(vma: Vma): void {
    changes(Part.AREAS, this, vma.start, vma.end)
    if (vma.file !== null) addsTo(Part.FILE_AREAS, null)
  }

  /** Fields of an area have changed. */
  updated(vma: Vma): void {
    this.areas.update(vma)
  }

  /** An area ends: another one has its range now. */
  remove(vma: Vma): void {
    this.changed(vma)
    const at = this.vmas.indexOf(vma)
    if (at >= 0) this.vmas.splice(at, 1)
    this.areas.put(vma, AreaState.NONE)
  }

  /** An area leaves the tree; its entries stay, and rmap finds it, until `drop`. */
  detach(vma: Vma): void {
    this.changed(vma)
    const at = this.vmas.indexOf(vma)
    if (at >= 0) this.vmas.splice(at, 1)
    this.detached.add(vma)
    this.areas.put(vma, AreaState.DETACHED)
  }

  /** All areas leave the tree (exit_mmap), in order of address. */
  detachAll(): Vma[] {
    changes(Part.AREAS, this)
    const areas = this.vmas.splice(0)
    for (const vma of areas) {
      this.detached.add(vma)
      this.areas.put(vma, AreaState.DETACHED)
    }
    return areas
  }

  /** An area that was offered comes to nothing: the driver refused. */
  withdraw(vma: Vma): void {
    this.areas.put(vma, AreaState.NONE)
  }

  /** Ends an area that left the tree: its entries are gone. */
  drop(vma: Vma): void {
    this.changed(vma)
    this.detached.delete(vma)
    this.areas.put(vma, AreaState.NONE)
  }

  /** True if [start, end) lies in user space and no area touches it. */
  isFree(start: number, end: number): boolean {
    reads(Part.AREAS, this, start, end)
    const inside = start >= MMAP_MIN_ADDR && end <= this.end
    return inside && this.vmas.every((vma) => vma.end <= start || vma.start >= end)
  }

  /** True if a range lies where mappings are placed: above them are the stack and what the loader put there. */
  fits(start: number, end: number): boolean {
    return start >= 0 && end <= this.top
  }

  /** True if a range lies in user space (TASK_SIZE): a program may ask for it with MAP_FIXED or MREMAP_FIXED. */
  reaches(start: number, end: number): boolean {
    return start >= 0 && end <= this.end
  }

  /** Highest gap of so many bytes; -1 = none. */
  gap(bytes: number): number {
    reads(Part.AREAS, this)
    let end = this.top
    for (let i = this.vmas.length - 1; i >= 0; i--) {
      const vma = this.vmas[i]!
      if (end - vma.end >= bytes) break
      end = vma.start
    }
    return end - bytes >= MMAP_MIN_ADDR ? end - bytes : -1
  }

  /** __split_vma(): cuts an area at an address. `below`: which part is new, and is returned. */
  split(vma: Vma, at: number, below: boolean): Vma {
    this.changed(vma)
    const pgoff = vma.pgoff + (at - vma.start) / this.pageSize
    const part = below ? { ...vma, end: at } : { ...vma, start: at, pgoff }
    if (below) {
      vma.start = at
      vma.pgoff = pgoff
    } else {
      vma.end = at
    }
    this.updated(vma)
    this.insert(part)
    return part
  }
}
