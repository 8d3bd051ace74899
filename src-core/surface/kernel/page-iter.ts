/** kernel::page::VmallocPageIter: the pages of a vmalloc area, borrowed, in the order of its addresses. */
import type { Site } from '../surface.ts'
import { pagesOf } from './page-type.ts'
import type { Handle, Rust, RustType } from './rust.ts'

interface IterState extends Handle {
  readonly size: number
  readonly pages: readonly object[]
}

export interface PageSource {
  /** Bytes of the area. */
  readonly size: number
  pfn(index: number): number
  readonly allocation: number
  readonly dead: () => number
}

const TYPES = new WeakMap<Rust, RustType<IterState>>()

function typeOf(rust: Rust): RustType<IterState> {
  let type = TYPES.get(rust)
  if (type === undefined) {
    type = rust.type<IterState>('VmallocPageIter', {
      pure: { size: (self) => self.size, page_count: (self) => self.pages.length },
      iterate: (self) => self.pages,
    })
    TYPES.set(rust, type)
  }
  return type
}

/** Takes the borrow and makes the iterator. One step. */
export function pageIterator(rust: Rust, site: Site, source: PageSource): object {
  const count = Math.ceil(source.size / rust.s.pageSize)
  const borrow = rust.borrowed(site, source.allocation, count === 0 ? -1 : source.pfn(0), source.dead)
  const pages = pagesOf(rust)
  return typeOf(rust).make({
    size: source.size,
    borrow,
    pages: Array.from({ length: count }, (_, i) => pages.borrowed(source.pfn(i), source.allocation, borrow)),
  })
}
