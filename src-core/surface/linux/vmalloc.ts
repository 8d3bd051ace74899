/** linux/vmalloc.h: virtually contiguous memory. Follows mm/vmalloc.c at v6.12. */
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { __GFP_ZERO, GFP_KERNEL } from '../../mm/gfp.ts'
import { VM_MAP, VM_MAP_PUT_PAGES, VM_USERMAP } from '../../mm/vmalloc-flags.ts'
import type { page } from '../handles/page.ts'
import { Ptr } from '../handles/pointer.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxVmalloc(s: Surface, host: RunHost) {
  const { trace, kernel, failures, access } = s
  const { vmalloc } = kernel

  function allocate(site: Site, kind: number, size: number, gfp: number, area = 0): Ptr | null {
    trace.begin(site)
    const bytes = s.integer(size, 'size', 0, 2 ** 45)
    if (bytes === 0) kernel.pages.failure.warnOnceAlways('mm/vmalloc.c:3838 __vmalloc_node_range_noprof')
    const refused = bytes === 0 || (failures.armed && failures.take(kind))
    const vpage = refused ? -1 : vmalloc.alloc(bytes, gfp, area)
    if (vpage < 0) {
      if (!refused && s.reclaim.helps()) {
        s.abandon()
        return s.reclaim.again(site, () => allocate(site, kind, size, gfp, area))
      }
      s.done(kind, 0, NO_SUBJECT, bytes | 0, gfp, Flag.FAILED | (bytes === 0 ? Flag.WARNED : 0))
      return null
    }
    const allocation = trace.lastAllocation
    s.done(kind, allocation, vpage, bytes, gfp, 0)
    return access.vmalloc(vpage * s.pageSize, allocation, vpage * s.pageSize)
  }

  function release(site: Site, kind: number, addr: Ptr | null, act: (vpage: number) => number): void {
    trace.begin(site)
    const p = s.pointerOrNull(addr, kind)
    if (p === null) return s.done(kind, 0, NO_SUBJECT, 0, 0, Flag.NULL)
    const vpage = s.vpageOf(p)
    const offset = Ptr.offset(p) - Ptr.base(p)
    if (vpage < 0) {
      kernel.reports.add(
        'warn',
        `Trying to ${kind === Op.vunmap ? 'vunmap' : 'vfree'}() nonexistent vm area (${p.toString()})`,
      )
      return s.done(kind, Ptr.allocation(p), Math.max(s.physOf(p), 0), offset, 0, Flag.FAILED | Flag.WARNED)
    }
    const aligned = Ptr.offset(p) % s.pageSize === 0
    const flags = aligned ? act(vpage) : Flag.FAILED | Flag.WARNED
    s.done(kind, Ptr.allocation(p), vpage, offset, 0, flags | Flag.VMALLOC)
  }

  /** vfree() that may not sleep: a worker does it later. */
  function putOff(site: Site, kind: number, addr: Ptr | null): void {
    host.needsInterleaving()
    release(site, kind, addr, (vpage) => {
      s.deferredVfree.put(host, site, addr!, vpage)
      return 0
    })
  }

  return {
    steps: {
      /**
       * Allocates `size` bytes (rounded up to pages) that are contiguous in vmalloc space only; a guard page follows.
       *
       * Owner: the caller, until `vfree(addr)`. Its pages have one reference each, which the area holds; use
       * `vmalloc_to_page`, never `virt_to_page`. May sleep. Null if there is no memory or `size` is 0.
       */
      vmalloc(site: Site, size: number): Ptr | null {
        return allocate(site, Op.vmalloc, size, GFP_KERNEL)
      },
      /**
       * `vmalloc` filled with zeroes, for memory that user space will see: `remap_vmalloc_range` takes no other. Owner:
       * the caller, until `vfree(addr)`.
       */
      vmalloc_user(site: Site, size: number): Ptr | null {
        return allocate(site, Op.vmalloc_user, size, GFP_KERNEL | __GFP_ZERO, VM_USERMAP)
      },
      /** `vmalloc` filled with zeroes. */
      vzalloc(site: Site, size: number): Ptr | null {
        return allocate(site, Op.vzalloc, size, GFP_KERNEL | __GFP_ZERO)
      },
      /**
       * `vmalloc` with a mask for its pages: GFP_NOFS, GFP_NOIO, `__GFP_ZERO`, `__GFP_NOWARN`. A mask that may not
       * wait only means that nothing is reclaimed: the call sleeps all the same. Owner: the caller, until
       * `vfree(addr)`.
       */
      __vmalloc(site: Site, size: number, gfp_mask: number): Ptr | null {
        return allocate(site, Op.__vmalloc, size, s.gfp(gfp_mask))
      },
      /**
       * Unmaps a vmalloc area and drops one reference of each of its pages. Null does nothing. Owner: the caller gives
       * the area up. May sleep in process context. In an interrupt, or with bottom halves off, a worker does it later
       * (`vfree_atomic`).
       */
      vfree(site: Site, addr: Ptr | null): void {
        if (s.deferredVfree.inInterrupt()) putOff(site, Op.vfree, addr)
        else release(site, Op.vfree, addr, (vpage) => vmalloc.free(vpage))
      },
      /**
       * `vfree` for atomic context: always put off. Owner: the caller gives the area up at once; its pages keep their
       * reference until a worker of the system workqueue runs. Its first 8 bytes hold the list node until then.
       */
      vfree_atomic(site: Site, addr: Ptr | null): void {
        putOff(site, Op.vfree_atomic, addr)
      },
      /**
       * Maps pages the caller owns into vmalloc space. Takes no references: the pages have to stay until `vunmap`.
       * With VM_MAP_PUT_PAGES the area takes over one reference of each page, and `vfree` releases it.
       */
      vmap(site: Site, pages: readonly page[], count: number, flags: number, prot: number): Ptr | null {
        void prot
        trace.begin(site)
        const n = s.integer(count, 'count', 0, 2 ** 20)
        const bits = s.integer(flags, 'flags', -(2 ** 31), 2 ** 32 - 1) | 0
        // More pages than the machine has: no page is looked at.
        const isTooMany = n > vmalloc.totalPages
        if (!isTooMany && (!Array.isArray(pages) || pages.length < n))
          throw s.wrongType(Op.vmap, `an array of ${n} pages`)
        const pfns = isTooMany ? [] : pages.slice(0, n).map((p: page) => s.pfn(p, Op.vmap))
        const vpage = pfns.length === 0 || (failures.armed && failures.take(Op.vmap)) ? -1 : vmalloc.map(pfns, bits)
        if (vpage < 0) {
          s.done(Op.vmap, 0, NO_SUBJECT, n, bits, Flag.FAILED)
          return null
        }
        const allocation = trace.lastAllocation
        s.done(Op.vmap, allocation, vpage, n, bits, 0)
        return access.vmalloc(vpage * s.pageSize, allocation, vpage * s.pageSize)
      },
      /** Unmaps what `vmap` mapped. The pages are untouched. */
      vunmap(site: Site, addr: Ptr | null): void {
        release(site, Op.vunmap, addr, (vpage) => vmalloc.unmap(vpage))
      },
    },
    values: {
      /** The area maps pages of the caller. */
      VM_MAP,
      /** The area takes over the pages: one reference each, dropped by `vfree`. */
      VM_MAP_PUT_PAGES,
      /** Ordinary kernel memory protection. */
      PAGE_KERNEL: 0x63,
    },
  }
}
