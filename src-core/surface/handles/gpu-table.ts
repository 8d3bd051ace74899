/** `GpuPageTable`: page tables that a simulated device walks, with the device's TLB. */
import type { device } from './device.ts'

/** What `sim.gpu_page_table()` returns. Every method is one step. */
export interface GpuPageTable {
  /**
   * Maps the page at `iova` to the page at `phys` (both aligned). `flags`: GPU_READ and GPU_WRITE, or the raw bits of
   * the entry as a bigint. Missing tables are made. A live entry is reported and overwritten. 0, -EINVAL, -ENOMEM.
   */
  readonly map: (iova: bigint | number, phys: bigint | number, flags: bigint | number) => number
  /** Clears the entries of a range. Frees no table and invalidates nothing. 0, -EINVAL. */
  readonly unmap: (iova: bigint | number, len: number) => number
  /** Tells the device where the top table is; 0 or null takes it away, with the tables that `map` made. */
  readonly set_root: (phys: bigint | number | null) => void
  /** Invalidates the device's TLB for a page, or all of it. */
  readonly tlbi: (iova?: bigint | number) => void
  /** Where the device gets with an address, through its TLB; null = a fault. */
  readonly translate: (iova: bigint | number) => bigint | null
  /** From now on `dma_read` and `dma_write` of the device go through these tables. */
  readonly attach: (dev: device) => void
  /** The device reads `n` bytes at an IO address. A fault reads as 0xff. */
  readonly read: (iova: bigint | number, n: number) => Uint8Array
  /** The device writes bytes at an IO address. A fault writes nothing. */
  readonly write: (iova: bigint | number, bytes: Uint8Array | readonly number[]) => void
}
