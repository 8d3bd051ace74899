/**
 * linux/mm.h: mappings of user address spaces. Follows mm/memory.c and mm/mmap.c at v6.12 (KERNEL_FACTS 7.4, 7.5).
 */
import { Part, reads } from '../../machine/state-watch.ts'
import { Field } from '../../trace/fields.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { PteKind, ZERO_PFN } from '../../mm/user-map.ts'
import { VM_USERMAP } from '../../mm/vmalloc-flags.ts'
import * as Vm from '../../mm/vma.ts'
import type { Vma } from '../../mm/vma.ts'
import { page } from '../handles/page.ts'
import type { Ptr } from '../handles/pointer.ts'
import { Ptr as Pointer } from '../handles/pointer.ts'
import type { file } from '../handles/user-memory.ts'
import { vm_area_struct } from '../handles/user-memory.ts'
import { VM_FAULT_LOCKED, VM_FAULT_NOPAGE, VM_FAULT_OOM, VM_FAULT_SIGBUS, VM_FAULT_SIGSEGV } from '../page-faults.ts'
import { addressOf as anyAddress, countOf, lengthOf, numberOf, wholeOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

const EFAULT = -14
const EBUSY = -16
const EINVAL = -22
const ENOMEM = -12
const ENXIO = -6

export function linuxUserMappings(s: Surface) {
  const { trace, users, kernel } = s
  const { map } = users
  const { frames } = kernel
  const size = s.pageSize

  function areaOf(handle: vm_area_struct, kind: number): Vma {
    if (vm_area_struct.is(handle)) return vm_area_struct.behind(handle)
    if (handle === null || handle === undefined) s.pointer(null, kind)
    throw s.wrongType(kind, 'a vm_area_struct')
  }

  function failed(kind: number, pfn: number, errno: number): number {
    s.done(kind, map.occupant(pfn), pfn >>> 0, errno, 0, Flag.FAILED)
    return errno
  }

  /** A BUG_ON of mm/memory.c: the task ends. */
  function bug(kind: number, pfn: number, line: number): never {
    kernel.reports.add('bug', `kernel BUG at mm/memory.c:${line}!`)
    s.done(kind, map.occupant(pfn), pfn >>> 0, 0, 0, Flag.FAULT)
    return s.control.oops()
  }

  /** An address of user space: a pointer or an integer. */
  function addressOf(value: Ptr | bigint | number): number {
    return anyAddress(value)
  }

  /** Records the flags of the area that a new entry lies in: in an mmap hook the area is in no tree yet. */
  function inArea(vma: Vma, address: number): void {
    trace.delta(Field.PTE_AREA, map.rightAt(vma.mm, address), 0, vma.flags >>> 0)
  }

  /** An area becomes VM_MIXEDMAP at its first insertion, which needs mmap_lock for writing. */
  function makeMixed(kind: number, vma: Vma, pfn: number): void {
    if ((vma.flags & Vm.VM_MIXEDMAP) !== 0) return
    if (users.lock(vma.mm).owner < 0) bug(kind, pfn, kind === Op.vm_insert_pages ? 2179 : 2224)
    if ((vma.flags & Vm.VM_PFNMAP) !== 0) bug(kind, pfn, kind === Op.vm_insert_pages ? 2180 : 2225)
    vma.mm.changed(vma)
    vma.flags |= Vm.VM_MIXEDMAP
    vma.mm.updated(vma)
  }

  /** vm_mixed_zeropage_allowed(): nobody can write through an entry of the area. */
  function mayHaveZeroPage(vma: Vma): boolean {
    return Vm.isCow(vma) || (vma.flags & (Vm.VM_WRITE | Vm.VM_MAYWRITE)) === 0
  }

  /** Page `i` of an array. One that is NULL, or no page, ends the task as in `Surface.pfn`. */
  function pageOf(site: Site, kind: number, pages: readonly page[] | null, i: number): number {
    const each = pages?.[i]
    if (page.is(each)) return s.pfn(each, Op.vm_insert_pages)
    trace.begin(site)
    return s.pfn(each as never, kind)
  }

  /** vm_insert_page() of one page, as one step. */
  function insertPage(site: Site, kind: number, vma: Vma, at: number, pfn: number): number {
    reads(Part.AREAS, vma.mm, vma.start, vma.end)
    trace.begin(site)
    const address = at - (at % size)
    if (at < vma.start || at >= vma.end) return failed(kind, pfn, EFAULT)
    const isZero = pfn === ZERO_PFN
    if (isZero) map.zeroPage()
    if (!frames.valid(pfn) || (kernel.refs.count(pfn) === 0 && !map.uncounted(pfn))) return failed(kind, pfn, EINVAL)
    makeMixed(kind, vma, pfn)
    if (isZero ? !mayHaveZeroPage(vma) : !map.insertable(pfn)) return failed(kind, pfn, EINVAL)
    if (vma.mm.table.get(address) !== null) return failed(kind, pfn, EBUSY)
    const pte = { pfn, ...users.rights(vma) }
    const special = isZero || map.uncounted(pfn)
    const refused = s.failures.armed && s.failures.take(kind)
    if (refused || !(special ? map.addSpecial(vma.mm, address, pte) : map.addCounted(vma.mm, address, pte, true)))
      return failed(kind, pfn, ENOMEM)
    inArea(vma, address)
    s.done(kind, map.occupant(pfn), pfn, map.rightAt(vma.mm, address), special ? PteKind.SPECIAL : PteKind.COUNTED, 0)
    return 0
  }

  /** One entry without counts, as one step. */
  function insertSpecial(site: Site, kind: number, vma: Vma, address: number, pfn: number): boolean {
    trace.begin(site)
    if (!map.addSpecial(vma.mm, address, { pfn, ...users.rights(vma) })) {
      failed(kind, pfn, ENOMEM)
      return false
    }
    inArea(vma, address)
    s.done(kind, map.occupant(pfn), pfn >>> 0, map.rightAt(vma.mm, address), PteKind.SPECIAL, 0)
    return true
  }

  function faultInsert(site: Site, kind: number, handle: vm_area_struct, addr: bigint | number, pfn: number): number {
    const vma = areaOf(handle, kind)
    reads(Part.AREAS, vma.mm, vma.start, vma.end)
    const at = addressOf(addr)
    const n = numberOf(pfn, 'pfn')
    const mixed = (vma.flags & Vm.VM_MIXEDMAP) !== 0
    const pfnMap = (vma.flags & Vm.VM_PFNMAP) !== 0
    if (kind === Op.vmf_insert_pfn) {
      const wrong = mixed === pfnMap || (pfnMap && Vm.isCow(vma)) || (mixed && frames.valid(n))
      if (wrong) {
        trace.begin(site)
        bug(kind, n, 2411)
      }
    } else if (n === ZERO_PFN ? !mayHaveZeroPage(vma) : !mixed) {
      return VM_FAULT_SIGBUS
    }
    if (at < vma.start || at >= vma.end) return VM_FAULT_SIGBUS
    const address = at - (at % size)
    if (vma.mm.table.get(address) !== null) return VM_FAULT_NOPAGE
    return insertSpecial(site, kind, vma, address, n) ? VM_FAULT_NOPAGE : VM_FAULT_OOM
  }

  function mapPages(site: Site, handle: vm_area_struct, pages: readonly page[], num: number, offset: number): number {
    const vma = areaOf(handle, Op.vm_map_pages)
    const count = (vma.end - vma.start) / size
    countOf(num, 'num')
    if (offset >= num || count > num - offset) return ENXIO
    for (let i = 0; i < count; i++) {
      const pfn = pageOf(site, Op.vm_map_pages, pages, offset + i)
      const result = insertPage(site, Op.vm_map_pages, vma, vma.start + i * size, pfn)
      if (result !== 0) return result
    }
    return 0
  }

  function flagsSet(area: Vma): void {
    const pages = (area.end - area.start) / size
    s.done(Op.vm_flags, 0, Math.floor(area.start / size) >>> 0, area.flags, pages, 0)
  }

  function zapped(site: Site, kind: number, address: number, bytes: number, cleared: number, taken = 0): void {
    trace.begin(site)
    s.done(kind, taken, Math.floor(address / size) >>> 0, Math.ceil(bytes / size), cleared, 0)
  }

  /** Address of the page that an address lies in: a walk of the tables goes by entries. */
  function pageAt(address: number): number {
    return address - (address % size)
  }

  /** Memory of the program itself in a range: the first page of an anonymous area, as an allocation; 0 = none. */
  function ownMemory(area: Vma, start: number, end: number): number {
    if (area.file !== null || area.shmem !== null) return 0
    for (let at = start; at < end; at += size) {
      const pte = area.mm.table.get(at)
      if (pte !== null && !pte.special) return map.occupant(pte.pfn)
    }
    return 0
  }

  return {
    steps: {
      /**
       * Maps one page into a user area at an address. The entry takes a reference of its own and counts as a mapping;
       * the caller keeps its reference. Needs mmap_lock for writing, or an area that has VM_MIXEDMAP already.
       * Returns 0, -EFAULT (outside the area), -EINVAL (slab, anonymous, free, typed page), -EBUSY (occupied), -ENOMEM.
       */
      vm_insert_page(site: Site, vma: vm_area_struct, addr: bigint | number, page: page): number {
        trace.begin(site)
        const area = areaOf(vma, Op.vm_insert_page)
        const pfn = s.pfn(page, Op.vm_insert_page)
        s.abandon()
        return insertPage(site, Op.vm_insert_page, area, addressOf(addr), pfn)
      },
      /** `vm_insert_page` for an array. `num[0]` becomes the number of pages that were not inserted. */
      vm_insert_pages(
        site: Site,
        vma: vm_area_struct,
        addr: bigint | number,
        pages: readonly page[],
        num: number[],
      ): number {
        const area = areaOf(vma, Op.vm_insert_pages)
        if (!Array.isArray(num)) throw new TypeError('num has to be an array whose element 0 is the count of pages')
        const n = countOf(num[0] ?? 0, 'num[0]')
        const first = addressOf(addr)
        if (first < area.start || first + n * size > area.end) {
          trace.begin(site)
          return failed(Op.vm_insert_pages, page.is(pages[0]) ? page.pfn(pages[0]) : 0, EFAULT)
        }
        for (let i = 0; i < n; i++) {
          const at = addressOf(addr) + i * size
          const result = insertPage(site, Op.vm_insert_pages, area, at, pageOf(site, Op.vm_insert_pages, pages, i))
          num[0] = n - i - (result === 0 ? 1 : 0)
          if (result !== 0) return result
        }
        return 0
      },
      /** Maps an array of pages from `vma.vm_pgoff` on over the whole area. -ENXIO if they do not fit. */
      vm_map_pages(site: Site, vma: vm_area_struct, pages: readonly page[], num: number): number {
        return mapPages(site, vma, pages, num, areaOf(vma, Op.vm_map_pages).pgoff)
      },
      /**
       * Maps physical memory by frame number, as special entries: no reference, no mapping count, so the memory has to
       * outlive them. Sets VM_IO, VM_PFNMAP, VM_DONTEXPAND, VM_DONTDUMP. For `mmap` hooks. Returns 0, -EINVAL, -ENOMEM.
       */
      remap_pfn_range(
        site: Site,
        vma: vm_area_struct,
        addr: bigint | number,
        pfn: number | bigint,
        bytes: number | bigint,
        prot: number,
      ): number {
        void prot
        const area = areaOf(vma, Op.remap_pfn_range)
        const at = addressOf(addr)
        const frame = numberOf(pfn, 'pfn')
        const length = Math.ceil(lengthOf(bytes, 'size') / size) * size
        const whole = at === area.start && at + length === area.end
        if (at % size !== 0 || (Vm.isCow(area) && !whole)) {
          if (at % size !== 0) kernel.pages.failure.warnOnceAlways('mm/memory.c:2646 remap_pfn_range_internal')
          // remap_pfn_range_notrack(): whatever the error was, the range is cleared.
          const first = at - (at % size)
          users.zap(site, area.mm, Math.max(first, area.start), Math.min(first + length, area.end))
          trace.begin(site)
          return failed(Op.remap_pfn_range, frame, EINVAL)
        }
        area.mm.changed(area)
        if (Vm.isCow(area)) area.pgoff = frame
        area.flags |= Vm.VM_IO | Vm.VM_PFNMAP | Vm.VM_DONTEXPAND | Vm.VM_DONTDUMP
        area.mm.updated(area)
        for (let i = 0; i < length / size; i++) {
          const address = at + i * size
          if (area.mm.table.get(address) !== null) {
            trace.begin(site)
            bug(Op.remap_pfn_range, frame + i, 2557)
          }
          if (insertSpecial(site, Op.remap_pfn_range, area, address, frame + i)) continue
          // A part is no mapping: what was made goes again.
          users.zap(site, area.mm, at, at + length)
          return ENOMEM
        }
        return 0
      },
      /**
       * Maps memory of `vmalloc_user` from page `pgoff` of it over the whole area, page by page as `vm_insert_page`
       * does, and sets VM_DONTEXPAND and VM_DONTDUMP. Returns 0, -EINVAL (no such memory, or too short), or what the
       * insertion said; what was inserted by then stays.
       */
      remap_vmalloc_range(site: Site, vma: vm_area_struct, addr: Ptr, pgoff: number): number {
        trace.begin(site)
        const area = areaOf(vma, Op.remap_vmalloc_range)
        const p = s.pointer(addr, Op.remap_vmalloc_range)
        const vpage = s.vpageOf(p)
        const found = vpage < 0 ? undefined : kernel.vmalloc.areaAt(vpage)
        const pages = (area.end - area.start) / size
        const usable = found !== undefined && (found.flags & VM_USERMAP) !== 0 && Pointer.offset(p) % size === 0
        if (!usable || pgoff < 0 || pgoff + pages > found.pages) {
          const pfn = vpage < 0 ? NO_SUBJECT : kernel.vmalloc.translate(vpage)
          return failed(Op.remap_vmalloc_range, pfn, EINVAL)
        }
        s.abandon()
        for (let i = 0; i < pages; i++) {
          const pfn = kernel.vmalloc.translate(vpage + pgoff + i)
          const result = insertPage(site, Op.remap_vmalloc_range, area, area.start + i * size, pfn)
          if (result !== 0) return result
        }
        area.mm.changed(area)
        area.flags |= Vm.VM_DONTEXPAND | Vm.VM_DONTDUMP
        area.mm.updated(area)
        return 0
      },
      /** Maps an array of pages from its start on over the whole area, whatever `vma.vm_pgoff` is. */
      vm_map_pages_zero(site: Site, vma: vm_area_struct, pages: readonly page[], num: number): number {
        return mapPages(site, vma, pages, num, 0)
      },
      /** The page that every untouched page of anonymous memory is, filled with zeroes. Never to be written. */
      ZERO_PAGE(site: Site, vaddr?: bigint | number | Ptr): page {
        void vaddr
        trace.begin(site)
        const pfn = map.zeroPage()
        s.done(Op.ZERO_PAGE, 0, pfn, 0, 0, 0)
        return s.handles.page(pfn)
      },
      /** Maps one frame without counts, from a fault handler of a VM_PFNMAP area. VM_FAULT_NOPAGE, or an error. */
      vmf_insert_pfn(site: Site, vma: vm_area_struct, addr: bigint | number, pfn: number): number {
        return faultInsert(site, Op.vmf_insert_pfn, vma, addr, pfn)
      },
      /** Maps one frame without counts, from a fault handler of a VM_MIXEDMAP area. VM_FAULT_NOPAGE, or an error. */
      vmf_insert_mixed(site: Site, vma: vm_area_struct, addr: bigint | number, pfn: number): number {
        return faultInsert(site, Op.vmf_insert_mixed, vma, addr, pfn)
      },
      /** Sets bits of `vma.vm_flags`. Needs mmap_lock for writing. */
      vm_flags_set(site: Site, vma: vm_area_struct, flags: number): void {
        wholeOf(flags, 'flags')
        trace.begin(site)
        const area = areaOf(vma, Op.vm_flags)
        area.mm.changed(area)
        area.flags |= flags
        area.mm.updated(area)
        flagsSet(area)
      },
      /** Clears bits of `vma.vm_flags`. Needs mmap_lock for writing. */
      vm_flags_clear(site: Site, vma: vm_area_struct, flags: number): void {
        wholeOf(flags, 'flags')
        trace.begin(site)
        const area = areaOf(vma, Op.vm_flags)
        area.mm.changed(area)
        area.flags &= ~flags
        area.mm.updated(area)
        flagsSet(area)
      },
      /**
       * Clears the entries of a range of one area: counted ones give their reference and their mapping back. An address
       * outside the area has no effect and no message. May sleep.
       */
      zap_page_range_single(
        site: Site,
        vma: vm_area_struct,
        addr: bigint | number,
        bytes: number | bigint,
        details?: null,
      ): void {
        void details
        const area = areaOf(vma, Op.zap_page_range_single)
        const length = lengthOf(bytes, 'size')
        const first = pageAt(addressOf(addr))
        const start = Math.max(first, area.start)
        const end = Math.min(first + Math.ceil(length / size) * size, area.end)
        const taken = ownMemory(area, start, end)
        if (start >= end) users.drain(site)
        const cleared = start < end ? users.zap(site, area.mm, start, end) : 0
        zapped(site, Op.zap_page_range_single, addressOf(addr), length, cleared, taken)
      },
      /** `zap_page_range_single` for VM_PFNMAP areas only: for others, and ranges outside, it silently does nothing. */
      zap_vma_ptes(site: Site, vma: vm_area_struct, addr: bigint | number, bytes: number | bigint): void {
        const area = areaOf(vma, Op.zap_vma_ptes)
        const length = lengthOf(bytes, 'size')
        const at = addressOf(addr)
        const fits = (area.flags & Vm.VM_PFNMAP) !== 0 && at >= area.start && at + length <= area.end
        const [first, pages] = [pageAt(at), Math.ceil(length / size)]
        const cleared = fits ? users.zap(site, area.mm, first, first + pages * size) : 0
        zapped(site, Op.zap_vma_ptes, at, length, cleared)
      },
      /**
       * Clears the entries of a range of a file in every area of every address space that maps it; `holelen` 0 = to the
       * end. The mapping is the open file here, which is its own `f_mapping`.
       */
      unmap_mapping_range(
        site: Site,
        mapping: file,
        holebegin: number | bigint,
        holelen: number | bigint,
        even_cows: number,
      ): void {
        const [from, bytes] = [lengthOf(holebegin, 'holebegin'), lengthOf(holelen, 'holelen')]
        wholeOf(even_cows, 'even_cows')
        const first = Math.floor(from / size)
        const end = bytes === 0 ? Number.MAX_SAFE_INTEGER / size : Math.ceil((from + bytes) / size)
        const open = users.openFile(mapping)
        if (open === undefined) throw new TypeError('unmap_mapping_range() takes the f_mapping of an open file')
        const { fops } = open
        let cleared = 0
        const same = (other: object): boolean => users.openFile(other)?.fops === fops
        for (const { vma, start, end: stop } of map.areasOf(same, first, end)) {
          cleared += users.zap(site, vma.mm, start, stop, even_cows !== 0)
        }
        zapped(site, Op.unmap_mapping_range, from, bytes, cleared)
      },
    },
    values: {
      /** The area may be read. */
      VM_READ: Vm.VM_READ,
      /** The area may be written. */
      VM_WRITE: Vm.VM_WRITE,
      /** The area may be executed. */
      VM_EXEC: Vm.VM_EXEC,
      /** Writes go to what is mapped. */
      VM_SHARED: Vm.VM_SHARED,
      /** The area may be made readable. */
      VM_MAYREAD: Vm.VM_MAYREAD,
      /** The area may be made writable. */
      VM_MAYWRITE: Vm.VM_MAYWRITE,
      /** The area may be made executable. */
      VM_MAYEXEC: Vm.VM_MAYEXEC,
      /** The area may be shared. */
      VM_MAYSHARE: Vm.VM_MAYSHARE,
      /** Device memory: slow GUP refuses it, GUP-fast does not look. */
      VM_IO: Vm.VM_IO,
      /** Entries are frame numbers without `struct page`. */
      VM_PFNMAP: Vm.VM_PFNMAP,
      /** Entries are pages and frame numbers. */
      VM_MIXEDMAP: Vm.VM_MIXEDMAP,
      /** fork leaves the area out. */
      VM_DONTCOPY: Vm.VM_DONTCOPY,
      /** mremap cannot make the area larger. */
      VM_DONTEXPAND: Vm.VM_DONTEXPAND,
      /** Left out of core dumps. */
      VM_DONTDUMP: Vm.VM_DONTDUMP,
      /** A fault handler ran out of memory. */
      VM_FAULT_OOM,
      /** A fault handler refuses: the program gets SIGBUS. */
      VM_FAULT_SIGBUS,
      /** The program gets SIGSEGV. */
      VM_FAULT_SIGSEGV,
      /** The fault handler made the entry itself. */
      VM_FAULT_NOPAGE,
      /** `vmf.page` is set and locked. */
      VM_FAULT_LOCKED,
    },
  }
}
