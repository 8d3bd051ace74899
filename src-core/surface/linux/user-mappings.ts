/**
 * linux/mm.h: mappings of user address spaces. Follows mm/memory.c and mm/mmap.c at v6.12 (KERNEL_FACTS 7.4, 7.5).
 */
import { changes, Part, reads } from '../../machine/state-watch.ts'
import { Field } from '../../trace/fields.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { MmStruct } from '../../mm/mm-struct.ts'
import { PteKind, ZERO_PFN } from '../../mm/user-map.ts'
import { VM_USERMAP } from '../../mm/vmalloc-flags.ts'
import * as Vm from '../../mm/vma.ts'
import type { Vma } from '../../mm/vma.ts'
import { LockMode } from '../../sched/locks.ts'
import { page } from '../handles/page.ts'
import type { Ptr } from '../handles/pointer.ts'
import { Ptr as Pointer } from '../handles/pointer.ts'
import type { file } from '../handles/user-memory.ts'
import { mm_struct, vm_area_struct } from '../handles/user-memory.ts'
import { LockSteps } from '../lock-steps.ts'
import type { RunHost } from '../run-host.ts'
import { VM_FAULT_LOCKED, VM_FAULT_NOPAGE, VM_FAULT_OOM, VM_FAULT_SIGBUS, VM_FAULT_SIGSEGV } from '../processes.ts'
import { addressOf as anyAddress, countOf, wholeOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

const EFAULT = -14
const EBUSY = -16
const EINVAL = -22
const ENOMEM = -12
const ENXIO = -6

export function linuxUserMappings(s: Surface, host: RunHost) {
  const { trace, users, kernel } = s
  const { map } = users
  const { frames } = kernel
  const steps = new LockSteps(s, host)
  const size = s.pageSize

  function areaOf(handle: vm_area_struct, kind: number): Vma {
    if (vm_area_struct.is(handle)) return vm_area_struct.behind(handle)
    if (handle === null || handle === undefined) s.pointer(null, kind)
    throw s.wrongType(kind, 'a vm_area_struct')
  }

  function mmOf(handle: mm_struct, kind: number): MmStruct {
    if (mm_struct.is(handle)) return mm_struct.behind(handle)
    if (handle === null || handle === undefined) s.pointer(null, kind)
    throw s.wrongType(kind, 'an mm_struct')
  }

  function lockOf(handle: mm_struct): ReturnType<typeof users.lock> {
    if (!mm_struct.is(handle)) throw new TypeError('this call takes an mm_struct')
    return users.lock(mm_struct.behind(handle))
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
    const n = Number(pfn)
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
    if (offset >= num || count > num - offset) return ENXIO
    for (let i = 0; i < count; i++) {
      const result = insertPage(site, Op.vm_map_pages, vma, vma.start + i * size, page.pfn(pages[offset + i]!))
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

  /** Memory of the program itself in a range: the first page of an anonymous area, as an allocation; 0 = none. */
  function ownMemory(area: Vma, start: number, end: number): number {
    if (area.file !== null || area.shmem !== null) return 0
    for (let at = start; at < end; at += size) {
      const pte = area.mm.table.get(at)
      if (pte !== null && !pte.special) return map.occupant(pte.pfn)
    }
    return 0
  }

  function counted(site: Site, mm: MmStruct, touch = changes): void {
    touch(Part.COUNTS, mm)
    trace.begin(site)
    s.done(Op.mm_count, 0, mm.id, mm.users, mm.count, 0)
  }

  function dropUser(site: Site, mm: MmStruct): void {
    changes(Part.COUNTS, mm)
    trace.begin(site)
    const lock = users.lock(mm)
    const task = s.control.task
    // exit_mmap() takes mmap_lock: lockdep warns of whoever drops the last user while holding it.
    const locked = mm.users === 1 && (lock.owner === task || lock.readers.includes(task))
    s.done(Op.mm_count, 0, mm.id, mm.users - 1, mm.count, locked ? Flag.WARNED : 0)
    mm.users--
    if (mm.users === 0) users.tearDown(site, mm)
  }

  function looked(site: Site, kind: number, mm: mm_struct, addr: bigint | number | Ptr): vm_area_struct | null {
    trace.begin(site)
    const space = mmOf(mm, kind)
    const at = addressOf(addr)
    const vma = kind === Op.vma_lookup ? space.lookup(at) : space.findVma(at)
    s.done(kind, 0, Math.floor(at / size) >>> 0, vma === null ? 0 : 1, space.id, 0)
    return vma === null ? null : users.vma(vma)
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
        const n = num[0] ?? 0
        const first = addressOf(addr)
        if (first < area.start || first + n * size > area.end) {
          trace.begin(site)
          return failed(Op.vm_insert_pages, n > 0 ? page.pfn(pages[0]!) : 0, EFAULT)
        }
        for (let i = 0; i < n; i++) {
          const at = addressOf(addr) + i * size
          const result = insertPage(site, Op.vm_insert_pages, area, at, page.pfn(pages[i]!))
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
        pfn: number,
        bytes: number,
        prot: number,
      ): number {
        void prot
        const area = areaOf(vma, Op.remap_pfn_range)
        const at = addressOf(addr)
        const length = Math.ceil(bytes / size) * size
        const whole = at === area.start && at + length === area.end
        trace.begin(site)
        if (at % size !== 0 || (Vm.isCow(area) && !whole)) return failed(Op.remap_pfn_range, pfn, EINVAL)
        s.abandon()
        area.mm.changed(area)
        if (Vm.isCow(area)) area.pgoff = pfn
        area.flags |= Vm.VM_IO | Vm.VM_PFNMAP | Vm.VM_DONTEXPAND | Vm.VM_DONTDUMP
        area.mm.updated(area)
        for (let i = 0; i < length / size; i++) {
          const address = at + i * size
          if (area.mm.table.get(address) !== null) {
            trace.begin(site)
            bug(Op.remap_pfn_range, pfn + i, 2557)
          }
          if (insertSpecial(site, Op.remap_pfn_range, area, address, pfn + i)) continue
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
        trace.begin(site)
        const area = areaOf(vma, Op.vm_flags)
        area.mm.changed(area)
        area.flags |= flags
        area.mm.updated(area)
        flagsSet(area)
      },
      /** Clears bits of `vma.vm_flags`. Needs mmap_lock for writing. */
      vm_flags_clear(site: Site, vma: vm_area_struct, flags: number): void {
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
        bytes: number,
        details?: null,
      ): void {
        void details
        const area = areaOf(vma, Op.zap_page_range_single)
        const start = Math.max(addressOf(addr), area.start)
        const end = Math.min(addressOf(addr) + bytes, area.end)
        const taken = ownMemory(area, start, end)
        const cleared = start < end ? users.zap(site, area.mm, start, end) : 0
        zapped(site, Op.zap_page_range_single, addressOf(addr), bytes, cleared, taken)
      },
      /** `zap_page_range_single` for VM_PFNMAP areas only: for others, and ranges outside, it silently does nothing. */
      zap_vma_ptes(site: Site, vma: vm_area_struct, addr: bigint | number, bytes: number): void {
        const area = areaOf(vma, Op.zap_vma_ptes)
        const at = addressOf(addr)
        const fits = (area.flags & Vm.VM_PFNMAP) !== 0 && at >= area.start && at + bytes <= area.end
        zapped(site, Op.zap_vma_ptes, at, bytes, fits ? users.zap(site, area.mm, at, at + bytes) : 0)
      },
      /**
       * Clears the entries of a range of a file in every area of every address space that maps it; `holelen` 0 = to the
       * end. The mapping is the open file here, which is its own `f_mapping`.
       */
      unmap_mapping_range(site: Site, mapping: file, holebegin: number, holelen: number, even_cows: number): void {
        countOf(holebegin, 'holebegin')
        countOf(holelen, 'holelen')
        wholeOf(even_cows, 'even_cows')
        const first = Math.floor(holebegin / size)
        const end = holelen === 0 ? Number.MAX_SAFE_INTEGER / size : Math.ceil((holebegin + holelen) / size)
        const open = users.openFile(mapping)
        if (open === undefined) throw new TypeError('unmap_mapping_range() takes the f_mapping of an open file')
        const { fops } = open
        let cleared = 0
        const same = (other: object): boolean => users.openFile(other)?.fops === fops
        for (const { vma, start, end: stop } of map.areasOf(same, first, end)) {
          cleared += users.zap(site, vma.mm, start, stop, even_cows !== 0)
        }
        zapped(site, Op.unmap_mapping_range, holebegin, holelen, cleared)
      },
      /** The area that an address lies in; null = none. Needs mmap_lock. */
      vma_lookup(site: Site, mm: mm_struct, addr: bigint | number | Ptr): vm_area_struct | null {
        return looked(site, Op.vma_lookup, mm, addr)
      },
      /** The first area that ends above an address; the address may lie below it. Needs mmap_lock. */
      find_vma(site: Site, mm: mm_struct, addr: bigint | number | Ptr): vm_area_struct | null {
        return looked(site, Op.find_vma, mm, addr)
      },
      /** Becomes a user of an address space that has one already. */
      mmget(site: Site, mm: mm_struct): void {
        const space = mmOf(mm, Op.mm_count)
        space.users++
        counted(site, space)
      },
      /** Becomes a user of an address space unless it has none any more. True if it worked. */
      mmget_not_zero(site: Site, mm: mm_struct): boolean {
        const space = mmOf(mm, Op.mm_count)
        const alive = space.users > 0
        if (alive) space.users++
        counted(site, space, alive ? changes : reads)
        return alive
      },
      /** Stops being a user; the last one unmaps everything. May sleep. */
      mmput(site: Site, mm: mm_struct): void {
        dropUser(site, mmOf(mm, Op.mm_count))
      },
      /** `mmput` from atomic context: a worker does it. Here it happens at once. */
      mmput_async(site: Site, mm: mm_struct): void {
        dropUser(site, mmOf(mm, Op.mm_count))
      },
      /** Keeps the `mm_struct`, not what is mapped. */
      mmgrab(site: Site, mm: mm_struct): void {
        const space = mmOf(mm, Op.mm_count)
        space.count++
        counted(site, space)
      },
      /** Gives back what `mmgrab` took. */
      mmdrop(site: Site, mm: mm_struct): void {
        const space = mmOf(mm, Op.mm_count)
        space.count--
        counted(site, space)
      },
      /** Takes mmap_lock for reading if nobody writes. Returns 1 or 0. */
      mmap_read_trylock(site: Site, mm: mm_struct): number {
        return steps.tryLock(site, lockOf(mm), LockMode.SHARED) ? 1 : 0
      },
      /** Releases mmap_lock after reading. */
      mmap_read_unlock(site: Site, mm: mm_struct): void {
        steps.unlock(site, lockOf(mm), LockMode.SHARED)
      },
      /** Releases mmap_lock after writing. */
      mmap_write_unlock(site: Site, mm: mm_struct): void {
        steps.unlock(site, lockOf(mm), LockMode.EXCLUSIVE)
      },
    },
    suspending: {
      /** Takes mmap_lock for reading, sleeping while somebody writes. */
      mmap_read_lock(site: Site, mm: mm_struct): void {
        return steps.take(site, lockOf(mm), LockMode.SHARED) as void
      },
      /** Takes mmap_lock for writing, sleeping until nobody holds it. */
      mmap_write_lock(site: Site, mm: mm_struct): void {
        return steps.take(site, lockOf(mm), LockMode.EXCLUSIVE) as void
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
