/** Handles of address spaces: `struct mm_struct`, `struct vm_area_struct`, `struct vm_fault`, `struct file`. */
import { changes, Part, reads } from '../../machine/state-watch.ts'
import type { MmStruct } from '../../mm/mm-struct.ts'
import type { Vma, VmaOps } from '../../mm/vma.ts'
import type { page } from './page.ts'
import type { Ptr } from './pointer.ts'
import type { pointer_value } from './struct-type.ts'

/** A driver's callbacks on a mapping. */
export interface vm_operations_struct {
  /** A copy of the area came into being (fork, split, mremap); not called for the first mmap. */
  open?(vma: vm_area_struct): void
  /** The area is gone; its entries were cleared before. */
  close?(vma: vm_area_struct): void
  /** A page is missing: set `vmf.page` (its reference goes along) and return 0, or insert it: VM_FAULT_NOPAGE. */
  fault?(vmf: vm_fault): number
  /** mremap() has moved the entries to `vma`, a copy of the area. A negative errno moves them back and refuses. */
  mremap?(vma: vm_area_struct): number
  /** A part of the area is to be unmapped or changed, up to or from `addr`. A negative errno refuses. */
  may_split?(vma: vm_area_struct, addr: bigint): number
}

/** A driver's callbacks on a device file. */
export interface file_operations {
  /** The file is opened. A negative errno refuses. */
  open?(file: file): number | void
  /** Somebody maps the file: fill the area or set `vma.vm_ops`. Runs with mmap_lock held for writing. */
  mmap?(file: file, vma: vm_area_struct): number | void
  /** An `ioctl(fd, cmd, arg)` of a user program. */
  ioctl?(file: file, cmd: number, arg: Ptr | bigint | number): number | void
  /** The same under its kernel name. */
  unlocked_ioctl?(file: file, cmd: number, arg: Ptr | bigint | number): number | void
  /** Reads into user memory; returns the bytes. */
  read?(file: file, buf: Ptr, count: number): number
  /** Writes from user memory; returns the bytes. */
  write?(file: file, buf: Ptr, count: number): number
  /** The last reference to the open file is gone. */
  release?(file: file): void
}

/** A `struct mm_struct *`: a user address space. */
export class mm_struct {
  readonly #mm: MmStruct
  /** @internal */
  constructor(mm: MmStruct) {
    this.#mm = mm
  }
  /** @internal */
  static is(value: unknown): value is mm_struct {
    return typeof value === 'object' && value !== null && #mm in value
  }
  /** @internal */
  static behind(handle: mm_struct): MmStruct {
    return handle.#mm
  }
  /** Users of the address space. No step. */
  get mm_users(): number {
    reads(Part.COUNTS, this.#mm)
    return this.#mm.users
  }
  /** Holders of the struct; all users together count once. No step. */
  get mm_count(): number {
    reads(Part.COUNTS, this.#mm)
    return this.#mm.count
  }
}

/** A `struct file *`: an open device file. */
export class file {
  readonly #flags: number
  #privateData: unknown = null
  /** @internal */
  constructor(flags: number) {
    this.#flags = flags
  }
  /** @internal */
  static is(value: unknown): value is file {
    return typeof value === 'object' && value !== null && #flags in value
  }
  /** The driver's own data. No step. */
  get private_data(): pointer_value {
    reads(Part.FILE, this)
    return this.#privateData as pointer_value
  }
  set private_data(value: pointer_value) {
    changes(Part.FILE, this)
    this.#privateData = value
  }
  /** The mapping that unmap_mapping_range() goes by: here the open file stands for it. No step. */
  get f_mapping(): file {
    return this
  }
  /** `O_*` flags of the open. No step. */
  get f_flags(): number {
    return this.#flags
  }
}

/** A `struct vm_area_struct *`: one mapping of a user address space. */
export class vm_area_struct {
  readonly #vma: Vma
  readonly #mm: () => mm_struct
  /** @internal */
  constructor(vma: Vma, mm: () => mm_struct) {
    this.#vma = vma
    this.#mm = mm
  }
  /** @internal */
  static is(value: unknown): value is vm_area_struct {
    return typeof value === 'object' && value !== null && #vma in value
  }
  /** @internal */
  static behind(handle: vm_area_struct): Vma {
    return handle.#vma
  }
  #reads(): void {
    reads(Part.AREAS, this.#vma.mm, this.#vma.start, this.#vma.end)
  }
  /** First address. No step. */
  get vm_start(): bigint {
    this.#reads()
    return BigInt(this.#vma.start)
  }
  /** First address after the area. No step. */
  get vm_end(): bigint {
    this.#reads()
    return BigInt(this.#vma.end)
  }
  /** Page of the file at `vm_start`. An `mmap` hook may set it: unmap_mapping_range() goes by it. No step. */
  get vm_pgoff(): number {
    this.#reads()
    return this.#vma.pgoff
  }
  set vm_pgoff(value: number) {
    this.#vma.mm.changed(this.#vma)
    if (!Number.isSafeInteger(value) || value < 0) throw new TypeError('vm_pgoff is a number of pages')
    this.#vma.pgoff = value
    this.#vma.mm.updated(this.#vma)
  }
  /** `VM_*` flags; change them with `vm_flags_set` and `vm_flags_clear`. No step. */
  get vm_flags(): number {
    this.#reads()
    return this.#vma.flags
  }
  /** The address space. No step. */
  get vm_mm(): mm_struct {
    return this.#mm()
  }
  /** What is mapped; null for anonymous memory. No step. */
  get vm_file(): file | null {
    return this.#vma.file as file | null
  }
  /** The driver's callbacks. No step. */
  get vm_ops(): vm_operations_struct | null {
    this.#reads()
    return this.#vma.ops as vm_operations_struct | null
  }
  set vm_ops(ops: vm_operations_struct | null) {
    this.#vma.mm.changed(this.#vma)
    this.#vma.ops = ops as VmaOps | null
  }
  /** The driver's own data. No step. */
  get vm_private_data(): pointer_value {
    this.#reads()
    return this.#vma.privateData as pointer_value
  }
  set vm_private_data(value: pointer_value) {
    this.#vma.mm.changed(this.#vma)
    this.#vma.privateData = value
  }
  /** Protection of new entries. No step. */
  get vm_page_prot(): number {
    this.#reads()
    return this.#vma.pageProt as number
  }
  set vm_page_prot(value: number) {
    this.#vma.mm.changed(this.#vma)
    this.#vma.pageProt = value
  }
}

/** A `struct vm_fault *`: what is missing where. */
export class vm_fault {
  readonly #vma: vm_area_struct
  readonly #address: number
  readonly #pgoff: number
  readonly #flags: number
  #page: page | null = null
  /** @internal */
  constructor(vma: vm_area_struct, address: number, pgoff: number, flags: number) {
    this.#vma = vma
    this.#address = address
    this.#pgoff = pgoff
    this.#flags = flags
  }
  /** The area. No step. */
  get vma(): vm_area_struct {
    return this.#vma
  }
  /** Address of the page that is missing. No step. */
  get address(): bigint {
    return BigInt(this.#address)
  }
  /** Page of the file that is missing. No step. */
  get pgoff(): number {
    return this.#pgoff
  }
  /** `FAULT_FLAG_*`: 1 = a write. No step. */
  get flags(): number {
    return this.#flags
  }
  /** The page to map: its reference goes to the entry. No step. */
  get page(): page | null {
    return this.#page
  }
  set page(value: page | null) {
    this.#page = value
  }
}
