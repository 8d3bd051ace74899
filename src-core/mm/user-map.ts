/**
 * Entries of user page tables: making them with the counts that each kind of insertion takes, clearing them with the
 * counts that they gave.
 *
 * Kernel: mm/memory.c vm_insert_page(), insert_pfn(), remap_pfn_range(), zap_pte_range(), unmap_mapping_range();
 * mm/rmap.c folio_add_file_rmap_pte(); KERNEL_FACTS 7.4, 7.5. References of LRU batches: lru.ts.
 * Simplified: areas of a file are found by looking at every address space. Within one step the TLBs are flushed entry
 * by entry, always before the page is put (mmu_gather flushes once for all).
 */
import { changes, isMade, Part, reads } from '../machine/state-watch.ts'
import { userSpace } from '../machine/layout.ts'
import { PageTable, type Pte } from '../machine/page-table.ts'
import { AllocationKind } from '../trace/allocation-kind.ts'
import { Field, FrameKind, packUse } from '../trace/fields.ts'
import { Flag, Op } from '../trace/ops.ts'
import { AreaRecord } from './area-record.ts'
import type { Kernel } from './kernel.ts'
import { __GFP_ZERO, GFP_HIGHUSER_MOVABLE, GFP_KERNEL_ACCOUNT } from './gfp.ts'
import { MmStruct } from './mm-struct.ts'
import { PG_dirty, PG_owner_2, PG_swapbacked, PG_uptodate } from './page-flags.ts'
import { MmCounter } from './rss-stat.ts'
import { Shmem } from './shmem.ts'
import { Tlb } from './tlb.ts'
import type { Vma } from './vma.ts'

/** Frame of the zero page: a reserved one. */
export const ZERO_PFN = 1
/** GFP_PGTABLE_USER: for the tables of user address spaces. */
const GFP_PGTABLE_USER = GFP_KERNEL_ACCOUNT | __GFP_ZERO
/** PAGE_MAPPING_ANON: bit of `mapping`. */
const ANON = 1
/** PG_anon_exclusive. */
const EXCLUSIVE = 1 << PG_owner_2
/** What a fresh page of anonymous memory is: filled, of no file, and of one address space alone. */
const NEW_ANONYMOUS = (1 << PG_uptodate) | (1 << PG_swapbacked) | EXCLUSIVE

/** An entry to be made. */
export type NewPte = Omit<Pte, 'special'>

/** What the record of an entry says about it, in the second detail. HANDED: it took over a reference of the caller. */
export const PteKind = { COUNTED: 1, SPECIAL: 2, HANDED: 3 } as const

/** Where rows of single entries go: the surface closes a step with them. */
export type PteRow = (kind: number, allocation: number, pfn: number, right: number, pteKind: number) => void

export class UserMap {
  readonly spaces: MmStruct[] = []
  readonly tlb: Tlb
  private rights = 0
  private objects = 0
  /** What the trace is told of areas. */
  readonly areas: AreaRecord
  readonly pageSize: number

  constructor(private readonly kernel: Kernel) {
    this.pageSize = 2 ** kernel.info.pageShift
    this.areas = new AreaRecord(kernel.trace, this.pageSize)
    this.tlb = new Tlb(kernel.info.cpus, kernel.trace)
  }

  /** PageAnon(): told by `mapping` of the head. */
  isAnonymous(pfn: number): boolean {
    const { frames } = this.kernel
    return frames.valid(pfn) && (frames.mapping[frames.headOf(pfn)]! & ANON) !== 0
  }

  /** True for a page of shared anonymous memory. */
  isShmem(pfn: number): boolean {
    const { frames } = this.kernel
    return frames.kindOf(pfn) === FrameKind.FOLIO && frames.hasMapping(pfn) && !this.isAnonymous(pfn)
  }

  /** PageAnonExclusive(): the page belongs to one address space, whatever its count is. */
  isExclusive(pfn: number): boolean {
    reads(Part.PAGE, null, pfn, pfn + 1)
    return this.isAnonymous(pfn) && (this.kernel.frames.flags[pfn]! & EXCLUSIVE) !== 0
  }

  /** Says that a page belongs to one address space, or may belong to several from now on (fork). */
  setExclusive(pfn: number, is: boolean): void {
    changes(Part.PAGE, null, pfn, pfn + 1)
    const { frames } = this.kernel
    const others = frames.flags[pfn]! & ~EXCLUSIVE
    frames.setFlags(pfn, (is ? others | EXCLUSIVE : others) >>> 0)
  }

  /**
   * wp_can_reuse_anon_folio(), up to where it counts: whether it drains the batches of this cpu first, in the hope that
   * the page is in one.
   */
  wantsDrain(pfn: number): boolean {
    reads(Part.PAGE, null, pfn, pfn + 1)
    const { lru, refs } = this.kernel
    return this.isAnonymous(pfn) && refs.count(pfn) <= 3 && !lru.isOnList(pfn)
  }

  /** The rest of wp_can_reuse_anon_folio(): nobody else holds the page. */
  isSole(pfn: number): boolean {
    reads(Part.PAGE, null, pfn, pfn + 1)
    return this.isAnonymous(pfn) && this.kernel.refs.count(pfn) === 1
  }

  /** mm_alloc(). */
  create(): MmStruct {
    const { kernel } = this
    const table = new PageTable(kernel.info, kernel.memory, {
      take: () => {
        const pfn = kernel.pages.waiting(() => kernel.pages.take(0, GFP_PGTABLE_USER))
        if (pfn >= 0) kernel.pages.prepare(pfn, 0, GFP_PGTABLE_USER, packUse(FrameKind.TABLE, 0))
        return pfn
      },
      give: (pfn) => {
        kernel.frames.setRefcount(pfn, 0)
        kernel.pages.freeUnref(pfn, 0)
      },
    })
    const { arch, cpus } = kernel.info
    const mm = new MmStruct(this.spaces.length + 1, table, this.pageSize, this.areas, cpus, userSpace(arch))
    this.spaces.push(isMade(mm))
    isMade(table)
    return mm
  }

  /** shmem_zero_setup(): an object of shared anonymous memory, of so many bytes. */
  newShmem(bytes: number): Shmem {
    return isMade(new Shmem(this.kernel, ++this.objects, Math.ceil(bytes / this.pageSize)))
  }

  /** True if vm_insert_page() takes the page (validate_page_before_insert). */
  insertable(pfn: number): boolean {
    const { frames, refs } = this.kernel
    if (!frames.valid(pfn) || pfn === ZERO_PFN || this.isAnonymous(pfn)) return false
    const kind = frames.kindOf(frames.headOf(pfn))
    if (kind === FrameKind.SLAB || kind === FrameKind.TABLE || kind === FrameKind.BUDDY || kind === FrameKind.PCP)
      return false
    return refs.count(pfn) > 0 || this.uncounted(pfn)
  }

  /**
   * True for driver and vmalloc pages of an era that gives them no count: they can be mapped, and their entries are
   * like those of a VM_PFNMAP area, without reference and mapping count (KERNEL_FACTS 1.10, the plan).
   */
  uncounted(pfn: number): boolean {
    const { frames, refs } = this.kernel
    const kind = frames.kindOf(frames.headOf(pfn))
    return (kind === FrameKind.PAGE || kind === FrameKind.VMALLOC) && refs.hasNone(pfn)
  }

  /** Makes a normal entry, counted as a mapping of its page. `reference`: it takes one. False: no memory. */
  addCounted(mm: MmStruct, address: number, pte: NewPte, reference: boolean): boolean {
    const { frames, refs } = this.kernel
    const { pfn } = pte
    if (!mm.table.set(address, { ...pte, special: false })) return false
    if (reference) refs.get(pfn)
    frames.setMapcount(pfn, frames.mapcount[pfn]! + 1)
    this.account(mm, pfn, 1)
    this.entryMade(mm, address)
    return true
  }

  /** Counts an entry of a page in `rss_stat`, as a page of the kind that it is now (mm_counter). */
  private account(mm: MmStruct, pfn: number, by: 1 | -1): void {
    const kind = this.isAnonymous(pfn)
      ? MmCounter.MM_ANONPAGES
      : this.isShmem(pfn)
        ? MmCounter.MM_SHMEMPAGES
        : MmCounter.MM_FILEPAGES
    mm.rss.add(this.kernel.pages.pcp.cpu, kind, by)
  }

  /** mmdrop() of the last holder: check_mm(). */
  check(mm: MmStruct): void {
    const { info, reports } = this.kernel
    // %p shows no address, but something that stands for it.
    const hash = (Math.imul(mm.id, 0x9e37_79b1) >>> 0).toString(16).padStart(8, '0')
    const name = info.arch === 'i386-highmem' ? hash : `00000000${hash}`
    for (const line of mm.rss.complaints(name)) reports.print('bug', line)
  }

  /** Makes an entry that no count knows of. False: no memory. */
  addSpecial(mm: MmStruct, address: number, pte: NewPte): boolean {
    const { frames } = this.kernel
    const { pfn } = pte
    if (!mm.table.set(address, { ...pte, special: true })) return false
    if (frames.valid(pfn) && pfn !== ZERO_PFN) frames.setRights(pfn, frames.rights[pfn]! + 1)
    this.entryMade(mm, address)
    return true
  }

  /** Gives a new entry its right, and records where it lies. */
  entryMade(mm: MmStruct, address: number): void {
    const right = ++this.rights
    mm.rights.set(address, right)
    const { trace } = this.kernel
    trace.delta(Field.PTE_ADDRESS, right, 0, Math.floor(address / this.pageSize) >>> 0)
    trace.delta(Field.PTE_SPACE, right, 0, mm.id)
    trace.delta(Field.PTE_AREA, right, 0, (mm.lookup(address)?.flags ?? 0) >>> 0)
  }

  /** The right of an entry. */
  rightAt(mm: MmStruct, address: number): number {
    return mm.rights.get(address) ?? 0
  }

  /** Allocation that occupies a frame now. */
  occupant(pfn: number): number {
    return this.kernel.frames.valid(pfn) ? this.kernel.frames.allocationOf(pfn) : 0
  }

  /** Clears one entry, flushes the TLBs and gives back what it held; one row. `accessed`: an access is noted. */
  clear(mm: MmStruct, address: number, pte: Pte, row: PteRow, accessed = true): void {
    const { frames } = this.kernel
    const right = this.rightAt(mm, address)
    const allocation = this.occupant(pte.pfn)
    mm.table.clear(address)
    mm.rights.delete(address)
    this.tlb.flushPage(mm, address)
    if (pte.special) {
      if (frames.valid(pte.pfn) && pte.pfn !== ZERO_PFN) frames.setRights(pte.pfn, frames.rights[pte.pfn]! - 1)
    } else {
      if (!this.isAnonymous(pte.pfn)) {
        if (pte.dirty === true) this.setFlag(pte.pfn, PG_dirty)
        if (accessed && pte.old !== true) this.kernel.lru.markAccessed(frames.headOf(pte.pfn))
      }
      this.account(mm, pte.pfn, -1)
      this.dropCounted(pte.pfn)
    }
    row(Op.zap_pte, allocation, pte.pfn, right, right)
  }

  private dropCounted(pfn: number): void {
    const { frames, refs } = this.kernel
    frames.setMapcount(pfn, frames.mapcount[pfn]! - 1)
    refs.putBatched(pfn)
  }

  /** Clears an entry and its mapping count; reference and TLBs are the caller's. Returns the right that ended. */
  forget(mm: MmStruct, address: number, pte: Pte): number {
    const { frames } = this.kernel
    const right = this.rightAt(mm, address)
    mm.table.clear(address)
    mm.rights.delete(address)
    if (!frames.valid(pte.pfn) || pte.pfn === ZERO_PFN) return right
    if (pte.special) frames.setRights(pte.pfn, frames.rights[pte.pfn]! - 1)
    else {
      this.account(mm, pte.pfn, -1)
      frames.setMapcount(pte.pfn, frames.mapcount[pte.pfn]! - 1)
    }
    return right
  }

  /** Sets a flag of the folio that a page belongs to. */
  setFlag(pfn: number, bit: number): void {
    const { frames } = this.kernel
    const head = frames.headOf(pfn)
    frames.setFlags(head, (frames.flags[head]! | (1 << bit)) >>> 0)
  }

  /** FOLL_TOUCH of slow GUP: a page that will be written through a clean entry is dirty, and it was accessed. */
  touch(mm: MmStruct, address: number, pfn: number, write: boolean): void {
    if (pfn === ZERO_PFN) return
    const pte = mm.table.get(address - (address % this.pageSize))
    if (write && pte?.dirty !== true) this.setFlag(pfn, PG_dirty)
    this.kernel.lru.markAccessed(this.kernel.frames.headOf(pfn))
  }

  /** zap_page_range_single(): clears the entries of [start, end). Returns how many there were. */
  zap(mm: MmStruct, start: number, end: number, row: PteRow, evenCows = true): number {
    reads(Part.ENTRIES, mm.table, start, end)
    const addresses = [...mm.rights.keys()].filter((at) => at >= start && at < end).sort((x, y) => x - y)
    let last: Pte | null = null
    addresses.forEach((address, i) => {
      const pte = mm.table.get(address)
      // folio_pte_batch(): neighbours in one large folio are zapped as one.
      const { frames } = this.kernel
      const batched =
        last !== null &&
        pte !== null &&
        addresses[i - 1] === address - this.pageSize &&
        pte.pfn === last.pfn + 1 &&
        pte.write === last.write &&
        frames.headOf(pte.pfn) === frames.headOf(last.pfn)
      const kept = !evenCows && pte !== null && !pte.special && this.isAnonymous(pte.pfn)
      if (pte !== null && !kept) this.clear(mm, address, pte, row, !batched)
      last = pte
    })
    return addresses.length
  }

  /** A new zeroed page of anonymous memory, with a reference for its entry; `mapNew` maps it. -1 = none. */
  newAnonymous(mm: MmStruct): number {
    const { kernel } = this
    const gfp = GFP_HIGHUSER_MOVABLE | __GFP_ZERO
    const { pages } = kernel
    const pfn = pages.waiting(() => pages.alloc(0, gfp, FrameKind.FOLIO, AllocationKind.ANONYMOUS))
    if (pfn < 0) return -1
    kernel.frames.setFlags(pfn, (kernel.frames.flags[pfn]! | NEW_ANONYMOUS) >>> 0)
    kernel.frames.setMapping(pfn, (mm.id * 0x1000) | ANON)
    return pfn
  }

  /** Maps a new anonymous page; it waits for its LRU list from now on. False: no memory, and it is gone. */
  mapNew(mm: MmStruct, address: number, pfn: number, write: boolean, dirty = write): boolean {
    if (!this.addCounted(mm, address, { pfn, write, dirty }, false)) {
      this.dropAnonymous(pfn)
      return false
    }
    this.kernel.lru.add(pfn)
    return true
  }

  /** Gives a new anonymous page back that was never mapped. */
  dropAnonymous(pfn: number): void {
    this.kernel.refs.put(pfn)
  }

  /**
   * Moves the entries of [from, from + bytes) to another address (move_page_tables): no count changes. False: no memory
   * for a table; what comes after stayed.
   */
  move(mm: MmStruct, from: number, to: number, bytes: number): boolean {
    for (let at = 0; at < bytes; at += this.pageSize) {
      if (mm.table.get(from + at) === null) continue
      if (!mm.table.reserve(to + at)) return false
      // Reclaim may have cleared it.
      const pte = mm.table.get(from + at)
      if (pte === null) continue
      mm.table.set(to + at, pte)
      mm.table.clear(from + at)
      // Before anybody else can have the page: CVE-2018-18281.
      this.tlb.flushPage(mm, from + at)
      const right = mm.rights.get(from + at)
      mm.rights.delete(from + at)
      if (right === undefined) continue
      mm.rights.set(to + at, right)
      const page = (address: number): number => Math.floor(address / this.pageSize) >>> 0
      this.kernel.trace.delta(Field.PTE_ADDRESS, right, page(from + at), page(to + at))
    }
    return true
  }

  /** unmap_mapping_range(): every area of a file that covers pages [first, end) of it, with the addresses. */
  areasOf(file: (file: object) => boolean, first: number, end: number): { vma: Vma; start: number; end: number }[] {
    const found: { vma: Vma; start: number; end: number }[] = []
    reads(Part.FILE_AREAS, null)
    for (const mm of this.spaces) {
      for (const vma of [...mm.vmas, ...mm.detached]) {
        if (vma.file === null || !file(vma.file)) continue
        const start = Math.max(vma.start, vma.start + (first - vma.pgoff) * this.pageSize)
        const stop = Math.min(vma.end, vma.start + (end - vma.pgoff) * this.pageSize)
        if (start < stop) found.push({ vma, start, end: stop })
      }
    }
    return found
  }

  /** The zero page. */
  zeroPage(): number {
    return ZERO_PFN
  }

  /** Takes a reference (FOLL_GET) or a pin (FOLL_PIN) of a page. False: the page has no count to raise. */
  grab(pfn: number, pin: boolean): boolean {
    const { frames, refs } = this.kernel
    const head = frames.headOf(pfn)
    reads(Part.PAGE, null, head, head + 1)
    if (frames.refcount[head]! <= 0) return false
    // Nobody migrates or frees the zero page: pins of it are not counted.
    if (pin && pfn === ZERO_PFN) return true
    if (pin && frames.compoundOrder(head) > 0) frames.setPincount(head, frames.pincount[head]! + 1)
    if (pin && frames.compoundOrder(head) === 0) frames.setRefcount(head, frames.refcount[head]! + PIN_BIAS)
    else if (refs.get(pfn) !== 0) return false
    return true
  }

  /** unpin_user_page(). Returns the flags of the put. */
  unpin(pfn: number): number {
    const { frames, refs } = this.kernel
    const head = frames.headOf(pfn)
    if (pfn === ZERO_PFN) return 0
    if (frames.compoundOrder(head) > 0) frames.setPincount(head, frames.pincount[head]! - 1)
    else if (frames.refcount[head]! >= PIN_BIAS) frames.setRefcount(head, frames.refcount[head]! - PIN_BIAS + 1)
    else {
      // It was never pinned: 1024 references go that nobody took.
      frames.setRefcount(head, frames.refcount[head]! - PIN_BIAS)
      return Flag.FAILED | Flag.WARNED
    }
    return refs.put(pfn)
  }

  /** folio_maybe_dma_pinned(). */
  maybePinned(pfn: number): boolean {
    const { frames } = this.kernel
    const head = frames.headOf(pfn)
    return frames.compoundOrder(head) > 0 ? frames.pincount[head]! > 0 : frames.refcount[head]! >= PIN_BIAS
  }
}

/** GUP_PIN_COUNTING_BIAS. */
export const PIN_BIAS = 1024
