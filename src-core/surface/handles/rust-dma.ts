/** Tables and coherent memory of the Rust surface: shapes and hover cards. What they do is in surface/kernel. */
import type { device } from './device.ts'
import type { Ptr } from './pointer.ts'
import type { AsPageIter, Droppable } from './rust-page.ts'
import type { sg_table } from './scatterlist.ts'

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
   * so. Throws EINVAL for no pages, ENOMEM, EIO: the pages are dropped then, too.
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
