/**
 * `struct vm_area_struct`: one stretch of a user address space, and its flags.
 *
 * Kernel: include/linux/mm.h (VM_*), include/linux/mm_types.h, mm/mmap.c; KERNEL_FACTS 7.1.
 */
import type { MmStruct } from './mm-struct.ts'
import type { Shmem } from './shmem.ts'

export const VM_READ = 0x1
export const VM_WRITE = 0x2
export const VM_EXEC = 0x4
export const VM_SHARED = 0x8
export const VM_MAYREAD = 0x10
export const VM_MAYWRITE = 0x20
export const VM_MAYEXEC = 0x40
export const VM_MAYSHARE = 0x80
export const VM_PFNMAP = 0x400
export const VM_IO = 0x4000
export const VM_DONTCOPY = 0x20000
export const VM_DONTEXPAND = 0x40000
export const VM_DONTDUMP = 0x4000000
export const VM_MIXEDMAP = 0x10000000
/** Areas that are never merged. */
export const VM_SPECIAL = VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP

/** What a driver hangs on a mapping: functions of the snippet, called by the surface. */
export interface VmaOps {
  readonly open?: unknown
  readonly close?: unknown
  readonly fault?: unknown
  readonly may_split?: unknown
  readonly mremap?: unknown
}

export interface Vma {
  /** Addresses [start, end), multiples of the page size. */
  start: number
  end: number
  /** Page of the file at `start`. */
  pgoff: number
  flags: number
  readonly mm: MmStruct
  /** The device file that is mapped; null = anonymous memory. */
  readonly file: object | null
  /** Shared anonymous memory that is mapped. */
  readonly shmem: Shmem | null
  /** It has, or had, anonymous pages (`anon_vma`): fork copies its entries. */
  anonVma: boolean
  ops: VmaOps | null
  privateData: unknown
  pageProt: unknown
}

/** A private mapping that may be written: writes copy (is_cow_mapping). */
export function isCow(vma: Vma): boolean {
  return (vma.flags & (VM_SHARED | VM_MAYWRITE)) === VM_MAYWRITE
}
