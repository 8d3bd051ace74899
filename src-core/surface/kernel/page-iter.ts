/** kernel::page::VmallocPageIter: the pages of a vmalloc area, borrowed, in the order of its addresses. */
import { BorrowKind } from '../../trace/contracts.ts'
import { Ptr } from '../handles/pointer.ts'
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

/** `VmallocPageIter::new`: the caller says that the buffer is vmalloc memory of that size. */
export function vmallocPages(rust: Rust, site: Site, buf: Ptr, size: number): object {
  const { vmalloc } = rust.s.kernel
  const vpage = Ptr.is(buf) ? rust.s.vpageOf(buf) : -1
  const allocation = Ptr.is(buf) ? Ptr.allocation(buf) : 0
  const pages = Math.ceil(rust.s.integer(size, 'size', 0, 2 ** 40) / rust.s.pageSize)
  const mapped = vpage >= 0 && (pages === 0 || vmalloc.translate(vpage + pages - 1) >= 0)
  if (!mapped) rust.breach(site, 'VmallocPageIter::new#vmalloc', allocation)
  const now = vpage < 0 ? 0 : vmalloc.allocationAt(vpage)
  const dead = (): number => (vpage < 0 || vmalloc.allocationAt(vpage) === now ? 0 : BorrowKind.OWNER)
  const pfn = (i: number): number => (vpage < 0 ? -1 : vmalloc.translate(vpage + i))
  return pageIterator(rust, site, { size: mapped ? size : 0, pfn, allocation, dead })
}
