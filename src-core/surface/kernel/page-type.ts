/**
 * kernel::page::Page, as one type for every era. Up to v6.18 a `Page` owns its page and its drop frees it; from next on
 * `Owned<Page>` does, and a plain `&Page` borrows (KERNEL_FACTS §12.2, §12.3). `BorrowedPage` is a `Page` that owns
 * nothing and knows what it was taken from.
 *
 * Simplified: an access goes through the linear map instead of a kmap of its own, except in `with_page_mapped`.
 */
import { callUser, Driven, type Steps } from '../../sched/driven.ts'
import { BorrowKind, Gone } from '../../trace/contracts.ts'
import { FrameKind, useKind } from '../../trace/fields.ts'
import { NO_SUBJECT, Op } from '../../trace/ops.ts'
import { structPageAddress } from '../../trace/vmemmap.ts'
import { page as CPage } from '../handles/page.ts'
import { Ptr } from '../handles/pointer.ts'
import { wordOf } from '../arguments.ts'
import type { Site } from '../surface.ts'
import { EFAULT, EINVAL, ENOMEM, type Borrow, type Handle, type Rust, type RustType } from './rust.ts'

/** Position of the first era whose owner is `Owned<Page>`. */
const OWNED_PAGE = 4

export interface PageState extends Handle {
  readonly pfn: number
  /** Allocation that the page belonged to when the value was made. */
  readonly allocation: number
  /** Its bytes, with that allocation as provenance. */
  readonly bytes: Ptr
}

/** How an owning page is given up. */
export interface PageRelease {
  /** Type that owns: what a parameter has to be declared with to take the page over. */
  readonly type?: string
  readonly drop?: (site: Site) => unknown
}

const PAGES = new WeakMap<Rust, Pages>()

export function pagesOf(rust: Rust): Pages {
  let pages = PAGES.get(rust)
  if (pages === undefined) PAGES.set(rust, (pages = new Pages(rust)))
  return pages
}

export class Pages {
  readonly type: RustType<PageState>

  constructor(private readonly rust: Rust) {
    this.type = rust.type<PageState>('Page', {
      steps: {
        read_raw: (site, self, dst: Ptr | Uint8Array, offset: number, len: number) =>
          this.read(site, self, dst, offset, len),
        write_raw: (site, self, src: Ptr | Uint8Array | readonly number[], offset: number, len: number) =>
          this.write(site, self, src, offset, len),
        fill_zero_raw: (site, self, offset: number, len: number) => {
          this.check(offset, len)
          return rust.s.access.writeBytes(site, this.at(self, offset), new Uint8Array(len), Op.memset)
        },
        copy_from_user_slice_raw: (site, self, reader: Ptr | bigint | number, offset: number, len: number) =>
          this.copyFromUser(site, self, reader, offset, len),
      },
      suspending: {
        with_page_mapped: (site, self, f: (addr: Ptr) => unknown) => this.mapped(site, self, 0, f),
        with_pointer_into_page: (site, self, off: number, len: number, f: (addr: Ptr) => unknown) => {
          this.check(off, len)
          return this.mapped(site, self, off, f)
        },
      },
      pure: {
        as_ptr: (self) => this.raw(self.pfn),
        nid: () => 0,
        phys: (self) => BigInt(self.pfn) * BigInt(rust.s.pageSize),
      },
    })
  }

  raw(pfn: number): CPage {
    return this.rust.s.handles.page(pfn)
  }

  private at(self: PageState, offset: number): Ptr {
    return self.bytes.add(offset)
  }

  /** `with_pointer_into_page`: EINVAL if the range leaves the page. */
  private check(offset: number, len: number): void {
    const size = this.rust.s.pageSize
    if (!(offset >= 0 && len >= 0 && offset <= size && len <= size && offset + len <= size)) this.rust.fail(EINVAL)
  }

  private read(site: Site, self: PageState, dst: Ptr | Uint8Array, offset: number, len: number): void {
    const { access } = this.rust.s
    this.check(offset, len)
    const data = access.readBytes(site, this.at(self, offset), len, Op.memcpy_from_page)
    if (dst instanceof Uint8Array) dst.set(data.subarray(0, dst.length))
    else access.writeBytes(site, dst, data, Op.write)
  }

  private write(
    site: Site,
    self: PageState,
    src: Ptr | Uint8Array | readonly number[],
    offset: number,
    len: number,
  ): void {
    const { access } = this.rust.s
    this.check(offset, len)
    const data =
      Array.isArray(src) || src instanceof Uint8Array
        ? Uint8Array.from(src as readonly number[]).subarray(0, len)
        : access.readBytes(site, src as Ptr, len, Op.read)
    access.writeBytes(site, this.at(self, offset), data, Op.memcpy_to_page)
  }

  private copyFromUser(site: Site, self: PageState, reader: Ptr | bigint | number, offset: number, len: number): void {
    const { s } = this.rust
    this.check(offset, len)
    const from = Number(Ptr.is(reader) ? reader.addr : reader)
    const mm = s.users.current?.mm
    const data = mm === undefined ? null : s.userAccess.read(site, mm, from, len)
    if (data === null) this.rust.fail(EFAULT)
    s.access.writeBytes(site, this.at(self, offset), data, Op.copy_from_user)
  }

  private mapped(site: Site, self: PageState, offset: number, f: (addr: Ptr) => unknown): Driven {
    if (typeof f !== 'function') throw new TypeError('with_page_mapped() takes a function')
    const { rust } = this
    const slot = rust.call('kmap_local_page', site, this.raw(self.pfn)) as Ptr
    const inPlace = Ptr.region(slot) === Ptr.region(self.bytes)
    const pointer = inPlace ? Ptr.mapped(self.bytes, Ptr.mapping(slot)) : slot
    return new Driven(
      (function* (): Steps {
        let result: unknown
        try {
          result = yield* callUser(f, [pointer.add(offset)])
        } catch (error) {
          // What the kernel stops is not unmapped; an `Err` is.
          if (error instanceof Error) rust.call('kunmap_local', site, slot)
          throw error
        }
        yield
        rust.call('kunmap_local', site, slot)
        return result
      })(),
    )
  }

  private state(pfn: number, allocation: number, borrow: Borrow | null): PageState {
    const { s } = this.rust
    const whole = s.access.pageAddress(pfn)
    const bytes =
      Ptr.allocation(whole) === allocation ? whole : s.access.linear(Ptr.offset(whole), allocation, Ptr.offset(whole))
    return { pfn, allocation, bytes, borrow }
  }

  /** A page that a value owns from now on: dropping it frees the page. */
  owner(pfn: number, allocation: number, release: PageRelease = {}): object {
    const { rust } = this
    const value = this.type.make(this.state(pfn, allocation, null))
    rust.pageOwners.set(allocation, rust.s.trace.step)
    rust.s.owners.add(value, {
      allocation,
      bits: structPageAddress(rust.s.kernel.info, pfn),
      type: release.type ?? (rust.era >= OWNED_PAGE ? 'Owned' : 'Page|Owned'),
      drop: (site) => {
        rust.pageOwners.delete(allocation)
        // Somebody else freed the page: it was not the only owner.
        if (allocation !== 0 && rust.occupant(pfn) !== allocation) rust.breach(site, 'Page#owner', allocation)
        return (release.drop ?? ((at: Site) => rust.call('__free_pages', at, this.raw(pfn), 0)))(site)
      },
    })
    return value
  }

  /** A page that belongs to somebody else. */
  borrowed(pfn: number, allocation: number, borrow: Borrow | null): object {
    return this.type.make(this.state(pfn, allocation, borrow))
  }

  /** `Page::alloc_page`. */
  alloc(site: Site, flags: number, release: PageRelease = {}): object {
    const { failures } = this.rust.s
    // alloc_page() of C is the same call: a program may arm either name.
    const call = failures.armed && failures.isArmed(Op.alloc_page) ? 'alloc_page' : 'alloc_pages'
    const page = this.rust.call(call, site, flags, 0) as CPage | null
    if (page === null) return this.rust.fail(ENOMEM)
    return this.owner(CPage.pfn(page), this.rust.s.trace.lastAllocation, release)
  }

  /** `Owned::<Page>::from_raw`: the caller says that nobody else owns the page. */
  fromRaw(site: Site, raw: CPage): object {
    const { rust } = this
    const pfn = CPage.pfn(raw)
    const allocation = this.claim(site, pfn)
    rust.note(site, Op.from_raw, allocation, pfn >>> 0)
    return this.owner(pfn, allocation)
  }

  /** Checks that a page has no owner yet, and says which allocation it is. */
  private claim(site: Site, pfn: number): number {
    const { rust } = this
    const { frames } = rust.s.kernel
    const allocation = rust.occupant(pfn)
    if (!frames.valid(pfn)) return 0
    const kind = useKind(frames.use[pfn] ?? 0)
    const other = rust.pageOwners.get(allocation) ?? rust.inPhys.get(pfn)?.step ?? 0
    if (kind !== FrameKind.PAGE) rust.breach(site, 'Owned::from_raw#exclusive', allocation, 0)
    else if (other !== 0) rust.breach(site, 'Owned::from_raw#exclusive', allocation, other)
    return allocation
  }

  /** `Owned::into_raw` of a page: whoever has the pointer has to free it. */
  intoRaw(site: Site, value: object): CPage {
    const state = this.type.alive(site, value)
    this.give(site, value, state)
    return this.raw(state.pfn)
  }

  private give(site: Site, value: object, state: PageState): void {
    const { rust } = this
    if (!rust.consume(site, value, Gone.RAW)) throw new TypeError('only the owner of a page can give it up')
    rust.pageOwners.delete(state.allocation)
    rust.note(site, Op.into_raw, state.allocation, state.pfn)
  }

  /** `Page::into_phys`: the address is the owner from now on. */
  intoPhys(site: Site, value: object): bigint {
    const { rust } = this
    const state = this.type.alive(site, value)
    this.give(site, value, state)
    rust.inPhys.set(state.pfn, { allocation: state.allocation, step: rust.s.trace.step })
    return BigInt(state.pfn) * BigInt(rust.s.pageSize)
  }

  /** `Page::from_phys`: takes the page back that `into_phys` gave up. */
  fromPhys(site: Site, phys: bigint): object {
    const { rust } = this
    const pfn = this.pfnOf(phys)
    const given = rust.inPhys.get(pfn)
    const taken = rust.takenBack.get(pfn)
    const now = rust.occupant(pfn)
    const fresh = given !== undefined && given.allocation === now
    const allocation = fresh
      ? now
      : taken !== undefined && (now === 0 || taken.allocation === now)
        ? taken.allocation
        : now
    if (!fresh) {
      const again = taken !== undefined && taken.allocation === allocation
      rust.breach(
        site,
        again ? 'Page::from_phys#once' : 'Page::from_phys#into_phys',
        allocation,
        again ? taken.step : 0,
      )
    }
    rust.inPhys.delete(pfn)
    rust.note(site, Op.from_raw, allocation, pfn >>> 0)
    rust.takenBack.set(pfn, { allocation, step: rust.s.trace.step })
    return this.owner(pfn, allocation)
  }

  /** `Page::borrow_phys`; null if there is no RAM at the address. `unchecked`: does not ask. */
  borrowPhys(site: Site, phys: bigint, unchecked: boolean): object | null {
    const { rust } = this
    const pfn = this.pfnOf(phys)
    if (!rust.s.kernel.frames.valid(pfn)) {
      rust.note(site, Op.borrow, 0, NO_SUBJECT)
      if (!unchecked) return null
    }
    const allocation = rust.occupant(pfn)
    if (allocation === 0) rust.breach(site, 'Page::borrow_phys#owned', 0)
    const borrow = rust.borrowed(site, allocation, pfn, () => (rust.occupant(pfn) === allocation ? 0 : BorrowKind.PHYS))
    return this.borrowed(pfn, allocation, borrow)
  }

  private pfnOf(phys: unknown): number {
    return Math.floor(Number(wordOf(phys, 'the physical address')) / this.rust.s.pageSize)
  }

  /** The state of a page argument: `&Page`, an owner or a borrow. */
  argument(site: Site, value: unknown): PageState {
    if (this.type.state(value) === undefined) throw new TypeError('this method takes a Page')
    return this.type.alive(site, value)
  }
}
