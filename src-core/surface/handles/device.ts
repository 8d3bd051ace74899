/** `device`: a handle of a `struct device *`, and the simulated hardware behind it. */
import type { DmaDevice } from '../../dma/device.ts'

/** A `struct device *` made by `sim.device()`: the driver's handle, and the device itself. */
export class device {
  readonly #device: DmaDevice
  /** The device reads `n` bytes at a DMA address through its own address space: one step. A fault reads as 0xff. */
  readonly dma_read: (addr: bigint, n: number) => Uint8Array
  /** The device writes bytes at a DMA address through its own address space: one step. A fault writes nothing. */
  readonly dma_write: (addr: bigint, bytes: Uint8Array | readonly number[]) => void
  /** The driver is released from the device: it masters the bus no more. What is still mapped is reported. One step. */
  readonly unbind: () => void

  /** @internal */
  constructor(
    behind: DmaDevice,
    read: (addr: bigint, n: number) => Uint8Array,
    write: (addr: bigint, bytes: Uint8Array | readonly number[]) => void,
    unbind: () => void,
  ) {
    this.#device = behind
    this.dma_read = read
    this.dma_write = write
    this.unbind = unbind
  }
  /** @internal */
  static is(value: unknown): value is device {
    return typeof value === 'object' && value !== null && #device in value
  }
  /** The device behind a handle. @internal */
  static behind(handle: device): DmaDevice {
    return handle.#device
  }
  /** Name of the device (`dev_name`). No step. */
  get name(): string {
    return this.#device.name
  }
}
