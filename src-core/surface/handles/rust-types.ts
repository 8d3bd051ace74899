/** Types of the Rust surface as snippets see them. Only shapes: what they do is in surface/kernel. */
import type { device } from './device.ts'
import type { Owned } from './ownable.ts'
import type { folio, page } from './page.ts'
import type { Ptr } from './pointer.ts'
import type { sg_table } from './scatterlist.ts'
import type { mm_struct, vm_area_struct } from './user-memory.ts'

/** A value that is dropped at the end of the block that declares it with `using`. @declared-as Disposable */
export type Droppable = Record<never, never>

/**
 * A borrow, said in a type: a parameter `x: Ref<VVec>` borrows what it is given; one declared as the owner's own type
 * (`x: VVec`, `x: Owned<Fw>`) takes it over.
 */
export type Ref<T> = T

// ---- kernel::page

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

// ---- kernel::types

/** A type with a count of its own: `class X implements RefCounted { static inc_ref(x) {…} static dec_ref(x) {…} }`. */
export type RefCounted = object
/** `RefCounted` whose every reference may be upgraded to an `ARef`. No page may implement it: its count may be gone. */
export type AlwaysRefCounted = object
/**
 * A counted reference to a `T`: it can be used as the `T`, and dropping it calls `T.dec_ref`. `a.clone()` is
 * `ARef.clone(a)`, unless `T` has a method of that name.
 * @declared-as T & { clone(): ARef<T> } & Disposable
 */
export type ARef<T> = T

/** Functions of `Owned`. */
export interface OwnedStatics {
  /**
   * Takes ownership of a value, or of a page of C. Owner: the result; dropping it calls `release(self)` (a page is
   * freed).
   *
   * # Safety
   * Nobody else owns it or will release it.
   */
  from_raw(value: page): Owned<Page>
  from_raw<T extends object>(value: T): Owned<T>
  /** Gives the value up without releasing it: whoever has the pointer has to. The old name is dead. */
  into_raw(owner: Page): page
  into_raw<T extends object>(owner: Owned<T>): T
  /** The one owner becomes one counted reference. The old name is dead. */
  into_shared<T extends object>(owner: Owned<T>): ARef<T>
  /** The owner, if this reference is the only one (`T.is_unique(self)`, else counted here); null: it stays an ARef. */
  try_from_shared<T extends object>(reference: ARef<T>): Owned<T> | null
  /** See `ForeignOwnable`. */
  into_foreign<T extends object>(owner: Owned<T>): ForeignPointer<T>
  /** See `ForeignOwnable`. */
  from_foreign<T extends object>(pointer: ForeignPointer<T>): Owned<T>
  /** See `ForeignOwnable`. */
  try_from_foreign<T extends object>(pointer: ForeignPointer<T> | null): Owned<T> | null
  /** See `ForeignOwnable`. */
  borrow<T extends object>(pointer: ForeignPointer<T>): T
  /** See `ForeignOwnable`. */
  borrow_mut<T extends object>(pointer: ForeignPointer<T>): T
}

/** Functions of `ARef`. */
export interface ARefStatics {
  /** A new reference: calls `T.inc_ref(value)`. Owner of one increment: the result. */
  from<T extends object>(value: T): ARef<T>
  /** Another reference to the same object: calls `T.inc_ref`. */
  clone<T extends object>(reference: ARef<T>): ARef<T>
  /**
   * Takes over an increment that the caller has; calls nothing.
   *
   * # Safety
   * The caller holds one increment and gives it up.
   */
  from_raw<T extends object>(value: T): ARef<T>
  /** Keeps the increment and gives the reference up. The old name is dead. */
  into_raw<T extends object>(reference: ARef<T>): T
}

/** Functions of `OwnableRefCounted`. */
export interface OwnableRefCountedStatics {
  /** The one owner becomes one counted reference. */
  into_shared<T extends object>(owner: Owned<T>): ARef<T>
  /** The owner, if this reference is the only one; null: it stays an ARef. */
  try_from_shared<T extends object>(reference: ARef<T>): Owned<T> | null
}

/** What `into_foreign` gives: a pointer that C may keep (`file.private_data`). */
export interface ForeignPointer<T> {
  /** @internal */
  readonly of?: T
}

/** Functions of `ForeignOwnable`. */
export interface ForeignOwnableStatics {
  /** Hands an owner to C. Owner: the pointer; the old name is dead. */
  into_foreign<T extends object>(owner: T): ForeignPointer<T>
  /**
   * Takes the owner back.
   *
   * # Safety
   * The pointer comes from `into_foreign` of the same type, was not taken back yet, and nothing borrowed from it is
   * left.
   */
  from_foreign<T extends object>(pointer: ForeignPointer<T>): T & Droppable
  /** `from_foreign`, null for null. */
  try_from_foreign<T extends object>(pointer: ForeignPointer<T> | null): (T & Droppable) | null
  /**
   * Borrows the object while C has it.
   *
   * # Safety
   * The pointer comes from `into_foreign` and was not taken back.
   */
  borrow<T extends object>(pointer: ForeignPointer<T>): T
  /** `borrow` for exclusive access (since v6.15): no other borrow may live. */
  borrow_mut<T extends object>(pointer: ForeignPointer<T>): T
}

/** The error of a `Result`, thrown. */
export interface KernelError extends Error {
  /** The error number as C returns it: negative (`-ENOMEM`). */
  readonly errno: number
}

/** `new KernelError(errno)`, `error instanceof KernelError`. */
export interface KernelErrorStatics {
  new (errno: number, detail?: string): KernelError
  /** So that `instanceof` works. */
  readonly prototype: KernelError
}

// ---- kernel::alloc

/** A value in kmalloc() memory. */
export interface KBox<T> extends Droppable {
  /** The value; reading and writing it is a step. */
  value: T
  /** Its address; null for a value of no size. The pointer dies with the box. No step. */
  as_ptr(): Ptr | null
  /** Its address. No step. */
  as_mut_ptr(): Ptr | null
  /** Bytes. No step. */
  len(): number
}
/** A value in vmalloc() memory. */
export interface VBox<T> extends KBox<T>, AsPageIter {}
/** A value in kvmalloc() memory. */
export type KVBox<T> = KBox<T>

/** Functions of a box type. */
export interface BoxStatics<B> {
  /** Allocates and stores. Owner: the result. Sleeps if `flags` says so. Throws ENOMEM. */
  'new'<T>(value: T, flags: number): BoxOf<B, T>
  /** Allocates `bytes` bytes that hold whatever was there. Owner: the result. Throws ENOMEM. */
  new_uninit(bytes: number, flags: number): BoxOf<B, undefined>
  /** Gives the box up for its address. Owner: the pointer; the old name is dead. */
  into_raw<T>(box: BoxOf<B, T>): Ptr
  /**
   * Makes a box of an address again. Owner: the result.
   *
   * # Safety
   * The address comes from `into_raw` of the same type and was not taken back.
   */
  from_raw<T>(pointer: Ptr): BoxOf<B, T>
  /** `into_raw`, for good. */
  leak<T>(box: BoxOf<B, T>): Ptr
  /** See `ForeignOwnable`. */
  into_foreign<T>(box: BoxOf<B, T>): ForeignPointer<BoxOf<B, T>>
  /** See `ForeignOwnable`. */
  from_foreign<T extends object>(pointer: ForeignPointer<T>): T & Droppable
  /** See `ForeignOwnable`. */
  try_from_foreign<T extends object>(pointer: ForeignPointer<T> | null): (T & Droppable) | null
  /** See `ForeignOwnable`. */
  borrow<T extends object>(pointer: ForeignPointer<T>): T
  /** See `ForeignOwnable`. */
  borrow_mut<T extends object>(pointer: ForeignPointer<T>): T
}
/** The box type of another value type. */
export type BoxOf<B, T> = (B extends VBox<never> ? VBox<T> : KBox<T>) & Droppable

/** A growing array in kmalloc() memory. */
export interface KVec<T> extends Iterable<T>, Droppable {
  /**
   * Appends. An owner is moved in: its old name is dead. A full vector grows to twice its capacity and may move: what
   * was borrowed from it is dead, pointers into it are stale. Sleeps if `flags` says so. Throws ENOMEM.
   */
  push(value: T, flags: number): void
  /** The element; null if there is none. */
  get(index: number): T | null
  /** Replaces an element. Throws EINVAL if there is none. */
  set(index: number, value: T): void
  /** Takes the last element; null if there is none. */
  pop(): T | null
  /** Makes room for `additional` more elements. May move the buffer. Throws ENOMEM. */
  reserve(additional: number, flags: number): void
  /** Appends `n` copies. May move the buffer. Throws ENOMEM. */
  extend_with(n: number, value: T, flags: number): void
  /** Appends a list of numbers. May move the buffer. Throws ENOMEM. */
  extend_from_slice(list: ArrayLike<number>, flags: number): void
  /** Drops the elements from `length` on. The buffer stays. */
  truncate(length: number): void
  /** Drops every element. The buffer stays. */
  clear(): void
  /**
   * Sets the length.
   *
   * # Safety
   * It is at most the capacity, and the elements below it are initialised.
   */
  set_len(length: number): void
  /** Borrows the elements: dead once the vector is dropped, or grows and moves. */
  as_slice(): Slice<T>
  /** Elements. No step. */
  len(): number
  /** True if there are none. No step. */
  is_empty(): boolean
  /** Elements that there is room for. No step. */
  capacity(): number
  /** Address of the buffer; null if there is none. Stale once the buffer moves. No step. */
  as_ptr(): Ptr | null
  /** Address of the buffer. No step. */
  as_mut_ptr(): Ptr | null
}
/** A growing array in vmalloc() memory. */
export interface VVec<T> extends KVec<T>, AsPageIter {}
/** A growing array in kvmalloc() memory. */
export type KVVec<T> = KVec<T>
/** Elements borrowed from a vector. */
export interface Slice<T> extends Iterable<T> {
  /** The element; null if there is none. */
  get(index: number): T | null
  /** Elements. No step. */
  len(): number
  /** Address of the first one. No step. */
  as_ptr(): Ptr | null
}

/** Functions of a vector type. */
export interface VecStatics<V> {
  /** An empty vector without memory. */
  'new'<T = number>(): VecOf<V, T>
  /**
   * A vector with room for `n` elements. Owner: the result. Sleeps if `flags` says so. Throws ENOMEM.
   * @param size bytes of an element: 1 unless given
   */
  with_capacity<T = number>(n: number, flags: number, size?: number): VecOf<V, T>
  /** See `ForeignOwnable`. */
  into_foreign<T>(vec: VecOf<V, T>): ForeignPointer<VecOf<V, T>>
  /** See `ForeignOwnable`. */
  from_foreign<T extends object>(pointer: ForeignPointer<T>): T & Droppable
  /** See `ForeignOwnable`. */
  borrow<T extends object>(pointer: ForeignPointer<T>): T
}
/** The vector type of another element type. */
export type VecOf<V, T> = (V extends VVec<never> ? VVec<T> : KVec<T>) & Droppable

// ---- kernel::scatterlist, kernel::dma

/**
 * A scatterlist that owns its pages, its entries and its mapping. Dropping it unmaps first, then frees the entries,
 * then drops the pages. No CPU access to the pages exists while they are in it.
 */
export interface SGTable<P> extends Droppable {
  /** @internal */
  readonly pages?: P
  /** The entries as the device sees them. */
  iter(): readonly SGEntry[]
  /** The `sg_table` behind it. No step. */
  as_ptr(): sg_table
}
/** One entry of a table, device side. */
export interface SGEntry {
  /** DMA address. No step. */
  dma_address(): bigint
  /** Bytes. No step. */
  dma_len(): number
}
/** Functions of `SGTable`. */
export interface SGTableStatics {
  /**
   * Moves pages into a table and maps it. Owner: the table; the old name of the pages is dead. Sleeps if `flags` says
   * so. Throws EINVAL for no pages, ENOMEM, EIO; then the pages stay with the caller.
   */
  'new'<P extends AsPageIter>(dev: device, pages: P, dir: number, flags: number): SGTable<P>
  /**
   * Borrows a table of C.
   *
   * # Safety
   * It is initialised, and it and its mapping outlive the borrow.
   */
  from_raw(table: sg_table): SGTable<never>
}

/** `Bidirectional`, `ToDevice`, `FromDevice`, `None`. */
export interface DataDirections {
  /** Both sides write. */
  readonly Bidirectional: number
  /** The CPU writes, the device reads. */
  readonly ToDevice: number
  /** The device writes, the CPU reads. */
  readonly FromDevice: number
  /** No transfer. */
  readonly None: number
}

/** Coherent memory that the device knows. */
export interface Coherent<T> extends Droppable {
  /** @internal */
  readonly of?: T
  /** Address for the device. No step. */
  dma_handle(): bigint
  /** Address for the CPU. No step. */
  as_ptr(): Ptr
  /** Elements. No step. */
  count(): number
  /** Bytes. No step. */
  size(): number
  /** Reads an element, volatile (`dma_read!`). Throws EINVAL if there is none. */
  field_read(index?: number): number | bigint
  /** Writes an element, volatile (`dma_write!`). Throws EINVAL if there is none. */
  field_write(index: number, value: number | bigint): void
  /**
   * The memory as a slice.
   *
   * # Safety
   * The device does not access it meanwhile.
   */
  as_slice(): Ptr
  /**
   * The memory, for reading.
   *
   * # Safety
   * The device does not write it meanwhile.
   */
  as_ref(): Ptr
  /**
   * The memory, for writing.
   *
   * # Safety
   * The device does not access it meanwhile.
   */
  as_mut(): Ptr
}
/** Coherent memory up to v6.18. */
export type CoherentAllocation<T> = Coherent<T>
/** Coherent memory that the device does not know yet. */
export interface CoherentBox<T> extends Droppable {
  /** @internal */
  readonly of?: T
  /** Address for the CPU. No step. */
  as_ptr(): Ptr
  /** Elements. No step. */
  count(): number
  /** Bytes. No step. */
  size(): number
  /** Reads an element. */
  field_read(index?: number): number | bigint
  /** Writes an element. */
  field_write(index: number, value: number | bigint): void
  /** Publishes it: from now on the device may access it. The old name is dead; there is no way back. */
  into(): Coherent<T>
}
/** Functions of `CoherentAllocation`. */
export interface CoherentAllocationStatics {
  /**
   * Allocates `count` zeroed elements. Owner: the result; halt the device before it is dropped. Throws EINVAL for 0,
   * ENOMEM.
   * @param size bytes of an element: 8 unless given
   */
  alloc_coherent<T = bigint>(dev: device, count: number, flags: number, size?: number): CoherentAllocation<T>
}
/** Functions of `Coherent`. */
export interface CoherentStatics {
  /** One zeroed element. Owner: the result; halt the device before it is dropped. Throws ENOMEM. */
  zeroed<T = bigint>(dev: device, flags: number, size?: number): Coherent<T>
  /** `count` zeroed elements. Throws EINVAL for 0, ENOMEM. */
  zeroed_slice<T = bigint>(dev: device, count: number, flags: number, size?: number): Coherent<T>
}
/** Functions of `CoherentBox`. */
export interface CoherentBoxStatics {
  /** One zeroed element that the CPU has alone. Owner: the result. Throws ENOMEM. */
  zeroed<T = bigint>(dev: device, flags: number, size?: number): CoherentBox<T>
  /** `count` zeroed elements that the CPU has alone. Throws EINVAL for 0, ENOMEM. */
  zeroed_slice<T = bigint>(dev: device, count: number, flags: number, size?: number): CoherentBox<T>
}

// ---- kernel::mm

/** An `mm_struct` that stays: mm_count is held. What is mapped may go at any time. */
export interface Mm extends Droppable {
  /** Becomes a user; null if there are none any more. Owner of one user: the result. */
  mmget_not_zero(): MmWithUser | null
  /** Another reference. */
  clone(): Mm
  /** The `mm_struct`. No step. */
  as_raw(): mm_struct
}
/** An address space with users: dropping it is mmput(), which may sleep and may unmap everything. */
export interface MmWithUser extends Droppable {
  /** Takes the mmap lock for reading. May sleep. Owner: the guard. */
  mmap_read_lock(): MmapReadGuard
  /** Takes the mmap lock for reading, if nobody has it for writing; else null. */
  mmap_read_trylock(): MmapReadGuard | null
  /** Takes the mmap lock for writing. May sleep. Owner: the guard. */
  mmap_write_lock(): MmapReadGuard
  /** The area at an address, locked; null if there is none or it is being changed. Dropping it unlocks. */
  lock_vma_under_rcu(addr: bigint | number): VmaRef | null
  /** Another user. */
  clone(): MmWithUser | null
  /** The `mm_struct`. No step. */
  as_raw(): mm_struct
}
/** The mmap lock, held. It may not be sent to another task. */
export interface MmapReadGuard extends Droppable {
  /** The area that holds an address; null if none does. Borrowed from the guard. */
  vma_lookup(addr: bigint | number): VmaRef | null
}
/** An area that is valid as long as a lock is held: it may not be used when the guard is gone. */
export interface VmaRef extends Droppable {
  /** First address. No step. */
  start(): bigint
  /** First address after it. No step. */
  end(): bigint
  /** `VM_*` flags. No step. */
  flags(): number
  /** The `vm_area_struct`. No step. */
  as_ptr(): vm_area_struct
  /** Its address space, which has users while the area is valid. No step. */
  mm(): MmWithUser
  /** Clears the entries of a range. An address outside the area has no effect and no message. May sleep. */
  zap_vma_range(addr: bigint | number, size: number): void
  /** Name of `zap_vma_range` in earlier trees. */
  zap_page_range_single(addr: bigint | number, size: number): void
  /** The area as one that pages may be inserted into; null if VM_MIXEDMAP is not set. */
  as_mixedmap_vma(): VmaMixedMap | null
}
/** An area with VM_MIXEDMAP. */
export interface VmaMixedMap extends VmaRef {
  /**
   * Maps a page: the entry takes a reference of its own, the caller keeps its page. Throws EINVAL, EFAULT, EBUSY,
   * ENOMEM.
   */
  vm_insert_page(addr: bigint | number, page: Page): void
}
/** An area that is being made, in the mmap hook. There is no setter for VM_PFNMAP. */
export interface VmaNew extends VmaRef {
  /** Sets VM_MIXEDMAP. */
  set_mixedmap(): VmaMixedMap
  /** Sets VM_IO: no get_user_pages(), no core dump. */
  set_io(): void
  /** Sets VM_DONTEXPAND: no mremap() beyond its size. */
  set_dontexpand(): void
  /** Sets VM_DONTCOPY: not inherited at fork. */
  set_dontcopy(): void
  /** Sets VM_DONTDUMP. */
  set_dontdump(): void
  /** Forbids reading for good. Throws EINVAL if it is allowed now. */
  try_clear_mayread(): void
  /** Forbids writing for good. Throws EINVAL if it is allowed now. */
  try_clear_maywrite(): void
  /** Forbids execution for good. Throws EINVAL if it is allowed now. */
  try_clear_mayexec(): void
  /** True if it may be read. No step. */
  readable(): boolean
  /** True if it may be written. No step. */
  writable(): boolean
}
/** Functions of `Mm`. */
export interface MmStatics {
  /** Holds an `mm_struct`. Owner of one mm_count: the result. */
  grab(mm: mm_struct): Mm
  /** The running program's address space, with a user of its own; null in a kernel thread. */
  current(): MmWithUser | null
}
/** Functions of `MmWithUser`. */
export interface MmWithUserStatics {
  /**
   * Borrows an address space.
   *
   * # Safety
   * mm_users is not zero as long as the borrow lives.
   */
  from_raw(mm: mm_struct): MmWithUser
  /** The running program's address space, with a user of its own; null in a kernel thread. */
  current(): MmWithUser | null
}
/** Functions of `VmaRef`. */
export interface VmaRefStatics {
  /**
   * Borrows an area.
   *
   * # Safety
   * The mmap lock or the lock of the area is held as long as the borrow lives.
   */
  from_raw(vma: vm_area_struct): VmaRef
}
/** Functions of `VmaMixedMap`. */
export interface VmaMixedMapStatics {
  /**
   * Borrows an area that pages may be inserted into.
   *
   * # Safety
   * As for `VmaRef.from_raw`, and VM_MIXEDMAP is set.
   */
  from_raw(vma: vm_area_struct): VmaMixedMap
}
/** Functions of `VmaNew`. */
export interface VmaNewStatics {
  /**
   * The area of an mmap hook.
   *
   * # Safety
   * The hook has not returned: the mmap lock is held for writing and nobody else sees the area.
   */
  from_raw(vma: vm_area_struct): VmaNew
}

// ---- kernel::folio, kernel::sync::rcu

/** A counted reference of a folio: dropping it is folio_put(). */
export interface Folio extends Droppable {
  /** log2 of its pages. */
  order(): number
  /** Its pages. */
  nr_pages(): number
  /** Its bytes. */
  size(): number
  /** Its references. */
  ref_count(): number
  /** Page `index`, borrowed from this reference. Throws EINVAL if there is none. */
  page(index: number): Page
  /** Another reference: folio_get(). */
  clone(): Folio
  /** The `struct folio`. No step. */
  as_ptr(): folio
}
/** Functions of `Folio`. */
export interface FolioStatics {
  /** Allocates 2^order pages as one folio. Owner: the result. Throws ENOMEM. */
  alloc(order: number, flags: number): Folio
  /**
   * Takes over a reference.
   *
   * # Safety
   * The caller holds one and gives it up.
   */
  from_raw(raw: folio): Folio
  /** Keeps the reference and gives the value up. The old name is dead. */
  into_raw(reference: Folio): folio
}

/** A read-side section: it ends when the guard is dropped. */
export type Guard = Droppable
/** `rcu.read_lock()`, `rcu.synchronize_rcu()`. */
export interface RcuFunctions {
  /** Enters a read-side section. Owner: the guard. */
  read_lock(): Guard
  /** Waits for a grace period. Sleeps: not inside a section. */
  synchronize_rcu(): void
}

// ---- thread/bonzini

/** Memory of firmware, with its kind. */
export interface NvkmFirmwareData extends Droppable {
  /** `Ram`, `Dma` or `Sgt`. No step. */
  kind(): string
}
/** Firmware that owns its memory. */
export interface NvkmFirmware extends Droppable {
  /** `Ram`, `Dma` or `Sgt`. No step. */
  kind(): string
  /** Its memory. No step. */
  img(): NvkmFirmwareData
  /** Page `index`, borrowed from the firmware. Throws EINVAL if there is none. */
  page(index: number): Page
  /** Maps its pages for a device. The list is borrowed from the firmware and has to be dropped before it. */
  get_sgl(dev: device, dir: number): NvkmFirmwarePages
}
/** Pages of firmware, mapped for a device; borrowed from the firmware. Dropping it unmaps and frees the entries. */
export interface NvkmFirmwarePages extends Droppable {
  /** The entries as the device sees them. */
  iter(): readonly { readonly dma_address: bigint; readonly dma_len: number }[]
  /** The `sg_table` behind it. No step. */
  as_ptr(): sg_table
}
/** Functions of `NvkmFirmwareData`. */
export interface NvkmFirmwareDataStatics {
  /** In kmalloc() memory. Takes the box over. */
  Ram(content: object): NvkmFirmwareData
  /** In coherent memory. Takes it over. */
  Dma(content: object): NvkmFirmwareData
  /** In vmalloc() memory, for a table. Takes the box over. */
  Sgt(content: object): NvkmFirmwareData
}
/** Functions of `NvkmFirmware`. */
export interface NvkmFirmwareStatics {
  /** Firmware that owns `data`. */
  'new'(data: NvkmFirmwareData): NvkmFirmware
}
/** Functions of `ToComponentPage` and `ToComponentPageMut`. */
export interface ToComponentPageStatics {
  /** Page `i`, borrowed. Throws EINVAL if there is none. */
  to_component_page(container: object, i: number): Page
  /** Page `i`, borrowed exclusively: boxes only. */
  to_component_page_mut(container: object, i: number): Page
}
