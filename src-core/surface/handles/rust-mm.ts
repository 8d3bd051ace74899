/** Address spaces and areas of the Rust surface: shapes and hover cards. What they do is in surface/kernel. */
import type { Droppable, Page } from './rust-page.ts'
import type { mm_struct, vm_area_struct } from './user-memory.ts'

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
  /** The same user, given back by a worker: dropping the result is mmput_async(), which does not sleep. */
  into_mmput_async(mm: MmWithUser): MmWithUser
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
