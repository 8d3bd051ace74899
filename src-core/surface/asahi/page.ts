/** asahi/page: the `*_phys` functions of the Asahi tree (KERNEL_FACTS §10.3), in every era. */
import type { PageStatics } from '../handles/rust-types.ts'
import { pagesOf } from '../kernel/page-type.ts'
import { rustOf } from '../kernel/rust.ts'
import { lazy } from '../lazy.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

type Page = object
type Owned<T> = T

export function asahiPage(s: Surface, host: RunHost) {
  const rust = rustOf(s, host)
  return {
    steps: {
      /** Gives an owned page up for its physical address: the address is the owner from now on. */
      into_phys(site: Site, page: Page): bigint {
        return pagesOf(rust).intoPhys(site, page)
      },
      /**
       * Takes back the page that `into_phys` gave up; dropping it frees it.
       *
       * # Safety
       * The address comes from `into_phys()`, and is taken back once.
       */
      from_phys(site: Site, phys: bigint): Owned<Page> {
        return pagesOf(rust).fromPhys(site, phys) as never
      },
      /**
       * The page at a physical address, borrowed; null if it is no RAM.
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
    values: {
      /** Pages, with the `*_phys` functions. */
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
    },
  }
}
