/**
 * Folios and read-side sections of the Rust surface, and the sketch of the thread: shapes and hover cards. What they
 * do is in surface/kernel.
 */
import type { device } from './device.ts'
import type { folio } from './page.ts'
import type { Droppable, Page } from './rust-page.ts'
import type { sg_table } from './scatterlist.ts'

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
