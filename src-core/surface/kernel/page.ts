/** kernel::page: pages. Follows rust/kernel/page.rs at v6.12, v6.18 and in the mm development tree. */
import type { Ptr } from '../handles/pointer.ts'
import type { AsPageIterStatics, PageStatics, VmallocPageIterStatics } from '../handles/rust-types.ts'
import { lazy } from '../lazy.ts'
import type { RunHost } from '../run-host.ts'
import { wordOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'
import { vmallocPages } from './page-iter.ts'
import { pagesOf } from './page-type.ts'
import { rustOf } from './rust.ts'

export function kernelPage(s: Surface, host: RunHost) {
  const rust = rustOf(s, host)
  return {
    steps: {
      /** `Page.into_phys(page)`: gives the page up for its physical address. From the Asahi tree. */
      into_phys(site: Site, page: Page): bigint {
        return pagesOf(rust).intoPhys(site, page as object)
      },
      /**
       * `Page.from_phys(phys)`: takes back the page that `into_phys` gave up. From the Asahi tree.
       *
       * # Safety
       * The address comes from `into_phys()`, and is taken back once.
       */
      from_phys(site: Site, phys: bigint): Owned<Page> {
        return pagesOf(rust).fromPhys(site, phys) as never
      },
      /**
       * `Page.borrow_phys(phys)`: the page at a physical address, borrowed; null if it is no RAM. From the Asahi tree.
       *
       * # Safety
       * The caller bounds the lifetime: whoever owns the page keeps it as long as the borrow is used.
       */
      borrow_phys(site: Site, phys: bigint): Page | null {
        return pagesOf(rust).borrowPhys(site, phys, false) as never
      },
      /**
       * `borrow_phys` without the check.
       *
       * # Safety
       * There is RAM with a `struct page` at the address; the rest as for `borrow_phys`.
       */
      borrow_phys_unchecked(site: Site, phys: bigint): Page {
        return pagesOf(rust).borrowPhys(site, phys, true) as never
      },
    },
    pure: {
      /** Rounds an address up to a page; null if that overflows. No step. */
      page_align(addr: number | bigint): number | bigint | null {
        const mask = BigInt(s.pageSize - 1)
        const bits = 8 * s.access.word
        const up = (BigInt.asUintN(bits, wordOf(addr, 'addr')) + mask) & ~mask
        if (up >= 1n << BigInt(bits)) return null
        return typeof addr === 'bigint' ? up : Number(up)
      },
    },
    values: {
      /** Pages of the page allocator: `Page.alloc_page(flags)`. */
      Page: lazy(() => {
        const pages = pagesOf(rust)
        return {
          alloc_page: rust.fn((site, flags: number) => pages.alloc(site, flags)),
          into_phys: rust.fn((site, page: object) => pages.intoPhys(site, page)),
          from_phys: rust.fn((site, phys: bigint) => pages.fromPhys(site, phys)),
          borrow_phys: rust.fn((site, phys: bigint) => pages.borrowPhys(site, phys, false)),
          borrow_phys_unchecked: rust.fn((site, phys: bigint) => pages.borrowPhys(site, phys, true)),
        }
      }) as unknown as PageStatics,
      /** Containers whose pages can be borrowed: `AsPageIter.page_iter(x)` is `x.page_iter()`. */
      AsPageIter: lazy(() => ({
        page_iter: rust.fn((_site, container: { page_iter?: unknown }) => {
          const { page_iter } = container
          if (typeof page_iter !== 'function')
            throw new TypeError('AsPageIter is implemented by VBox and VVec, whose memory is vmalloc memory')
          return (page_iter as (this: unknown) => unknown).call(container)
        }),
      })) as unknown as AsPageIterStatics,
      /** The pages of a vmalloc area: `VmallocPageIter.new(pointer, size)`. */
      VmallocPageIter: lazy(() => ({
        new: rust.fn((site, buf: Ptr, size: number) => vmallocPages(rust, site, buf, size)),
      })) as unknown as VmallocPageIterStatics,
      /** log2 of the page size. */
      PAGE_SHIFT: s.kernel.info.pageShift,
      /** Bytes of a page. */
      PAGE_SIZE: s.pageSize,
      /** Mask that keeps the page of an address. */
      PAGE_MASK: BigInt.asIntN(64, ~BigInt(s.pageSize - 1)) as bigint,
    },
  }
}

type Page = object
type Owned<T> = T
