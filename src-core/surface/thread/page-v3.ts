/**
 * thread/page_v3: the Page of the series that the thread is about (v3, November 2024). The reference count decides
 * when a page is freed: every Page has a reference, its drop is put_page(), and page_slice_to_page() makes one for
 * memory that exists already (KERNEL_FACTS §0.1, #0 to #12). Written anew from its description; kept because it works
 * at v6.12 and stops working later.
 */
import { page as CPage } from '../handles/page.ts'
import { Ptr } from '../handles/pointer.ts'
import type { PageV3Statics } from '../handles/rust-types.ts'
import { pagesOf } from '../kernel/page-type.ts'
import { EINVAL, ENOMEM, rustOf } from '../kernel/rust.ts'
import { lazy } from '../lazy.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export function threadPageV3(s: Surface, host: RunHost) {
  const rust = rustOf(s, host)

  /** Drops one reference: the last one frees. */
  const put = (pfn: number) => (site: Site) => rust.call('put_page', site, s.handles.page(pfn))

  function alloc(site: Site, flags: number): object {
    const pages = pagesOf(rust)
    const page = rust.call('alloc_pages', site, flags, 0) as CPage | null
    if (page === null) return rust.fail(ENOMEM)
    const pfn = CPage.pfn(page)
    return pages.owner(pfn, s.trace.lastAllocation, { type: 'Owned', drop: put(pfn) })
  }

  /** The page behind an address, with a reference of its own. */
  function pageOf(site: Site, slice: unknown): object {
    const p = Ptr.is(slice) ? slice : ((slice as { as_ptr?: () => unknown } | null)?.as_ptr?.() ?? null)
    if (!Ptr.is(p)) throw new TypeError('page_slice_to_page() takes the address of a page')
    const vmalloc = rust.call('is_vmalloc_addr', site, p) as boolean
    const page = rust.call(vmalloc ? 'vmalloc_to_page' : 'virt_to_page', site, p) as CPage | null
    if (page === null) return rust.fail(EINVAL)
    rust.call('get_page', site, page)
    const pfn = CPage.pfn(page)
    return pagesOf(rust).owner(pfn, rust.occupant(pfn), { type: 'Owned', drop: put(pfn) })
  }

  return {
    values: {
      /** The Page of the v3 patch: its drop drops a reference. */
      Page: lazy(() => ({
        alloc_page: rust.fn((site, flags: number) => alloc(site, flags)),
        page_slice_to_page: rust.fn((site, slice: unknown) => pageOf(site, slice)),
      })) as unknown as PageV3Statics,
      /** Bytes of a page. */
      PAGE_SIZE: s.pageSize,
    },
  }
}
