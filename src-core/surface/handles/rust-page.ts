/**
 * Pages of the Rust surface, and what every type of it shares: shapes and hover cards. What they do is in
 * surface/kernel.
 */
import type { Owned } from './ownable.ts'
import type { page } from './page.ts'
import type { Ptr } from './pointer.ts'

/** A value that is dropped at the end of the block that declares it with `using`. @declared-as Disposable */
export type Droppable = Record<never, never>

/**
 * A borrow, said in a type: a parameter `x: Ref<VVec>` borrows what it is given; one declared as the owner's own type
 * (`x: VVec`, `x: Owned<Fw>`) takes it over.
 */
export type Ref<T> = T

/**
 * A page. Up to v6.18 a `Page` owns its page: dropping it frees the page. From next on `Owned<Page>` owns it and a
 * plain `Page` is borrowed.
 */
export interface Page extends Droppable {
  /** The `struct page` behind it. Owner: unchanged. No step. */
  as_ptr(): page
  /** Memory node. No step. */
  nid(): number
  /** Physical address (Asahi tree). Owner: unchanged. No step. */
  phys(): bigint
  /**
   * Maps the page and copies `len` bytes at `offset` to `dst`. Throws EINVAL if the range leaves the page.
   *
   * # Safety
   * `dst` is valid for `len` bytes; nobody writes the range meanwhile.
   */
  read_raw(dst: Ptr | Uint8Array, offset: number, len: number): void
  /**
   * Maps the page and copies `len` bytes of `src` to `offset`. Throws EINVAL if the range leaves the page.
   *
   * # Safety
   * `src` is valid for `len` bytes; nobody reads or writes the range meanwhile.
   */
  write_raw(src: Ptr | Uint8Array | readonly number[], offset: number, len: number): void
  /**
   * Zeroes a range. Throws EINVAL if it leaves the page.
   *
   * # Safety
   * Nobody reads or writes the range meanwhile.
   */
  fill_zero_raw(offset: number, len: number): void
  /**
   * Copies from user memory into the page. Throws EINVAL if the range leaves the page, EFAULT if the user address may
   * not be read. May sleep.
   *
   * # Safety
   * Nobody reads or writes the range of the page meanwhile.
   */
  copy_from_user_slice_raw(reader: Ptr | bigint | number, offset: number, len: number): void
  /** Calls `f` with the page mapped; the pointer is good inside `f`, on this task. */
  with_page_mapped<T>(f: (addr: Ptr) => T): T
  /** Calls `f` with a pointer to `off`, good for `len` bytes inside `f`. Throws EINVAL if the range leaves the page. */
  with_pointer_into_page<T>(off: number, len: number, f: (addr: Ptr) => T): T
}

/** A page of somebody else: its drop frees nothing, and it may not be used when its owner is gone or has moved it. */
export type BorrowedPage = Page

/** A container whose pages can be borrowed: `VBox`, `VVec`. */
export interface AsPageIter {
  /**
   * Borrows the pages, in the order of their addresses. The container may not be dropped, moved or grown while they are
   * used.
   */
  page_iter(): VmallocPageIter
}

/** The pages of a vmalloc area. */
export interface VmallocPageIter extends Iterable<BorrowedPage> {
  /** Bytes of the area: the capacity, used or not. No step. */
  size(): number
  /** Pages of the area. No step. */
  page_count(): number
}

/** Functions of `Page`. */
export interface PageStatics {
  /** Allocates one page. Owner: the result; dropping it frees the page. Sleeps if `flags` says so. Throws ENOMEM. */
  alloc_page(flags: number): Owned<Page>
  /** Gives a page up for its physical address (Asahi tree). The address is the owner; the old name is dead. */
  into_phys(page: Page): bigint
  /**
   * Takes back the page that `into_phys` gave up (Asahi tree). Owner: the result.
   *
   * # Safety
   * The address comes from `into_phys()`, and is taken back once.
   */
  from_phys(phys: bigint): Owned<Page>
  /**
   * Borrows the page at a physical address (Asahi tree); null if there is no RAM.
   *
   * # Safety
   * The owner of the page keeps it as long as the borrow is used.
   */
  borrow_phys(phys: bigint): Page | null
  /**
   * `borrow_phys` without the check.
   *
   * # Safety
   * There is RAM at the address; the rest as for `borrow_phys`.
   */
  borrow_phys_unchecked(phys: bigint): Page
}

/** Functions of the trait `AsPageIter`. */
export interface AsPageIterStatics {
  /** `container.page_iter()`. */
  page_iter(container: AsPageIter): VmallocPageIter
}

/** Functions of `VmallocPageIter`. */
export interface VmallocPageIterStatics {
  /**
   * Borrows the pages of a vmalloc area.
   *
   * # Safety
   * `buf` is vmalloc memory of at least `size` bytes, and outlives what is borrowed.
   */
  'new'(buf: Ptr, size: number): VmallocPageIter
}

/** Functions of the `Page` of the v3 patch. */
export interface PageV3Statics {
  /** Allocates one page. Owner: the result, which has its one reference. */
  alloc_page(flags: number): Owned<Page>
  /**
   * The page behind an address of the linear map or of vmalloc space, with a reference of its own: dropping it drops
   * the reference, and the page is freed with the last one. Works while such pages have a count.
   */
  page_slice_to_page(slice: Ptr | { as_ptr(): Ptr | null }): Owned<Page>
}
