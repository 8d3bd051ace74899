/** A simulated device: it really reads and writes simulated memory, through its own address space. */
import { changes, Part, reads } from '../machine/state-watch.ts'
import type { Kernel } from '../mm/kernel.ts'
import type { DeviceTable } from './device-table.ts'
import { DirectSpace, IommuSpace, type AddressSpace } from './address-space.ts'

export class DmaDevice {
  readonly space: AddressSpace
  /** False once the driver was unbound: the device is reset and masters the bus no more. */
  bound = true
  /** Highest bus address for streaming mappings and for coherent memory (dma_mask): 32 bits until the driver says. */
  mask = 0xffff_ffff
  coherentMask = 0xffff_ffff
  /** Tables of its own that the device walks; null = it uses the address space that the DMA API fills. */
  table: DeviceTable | null = null

  constructor(
    private readonly kernel: Kernel,
    readonly id: number,
    readonly name: string,
    iommu: boolean,
  ) {
    const pageSize = 2 ** kernel.info.pageShift
    this.space = iommu ? new IommuSpace(pageSize, kernel.trace, id) : new DirectSpace(kernel.config.memory, pageSize)
  }

  /** Bytes at a bus address. Where the access faults, all ones (as on PCI); `fault` says so. */
  read(address: number, length: number): { readonly bytes: Uint8Array; readonly fault: boolean } {
    const bytes = new Uint8Array(length).fill(0xff)
    let fault = false
    this.each(address, length, (at, run, done) => {
      const to = this.space.translate(at)
      if (to === null || !to.read) {
        fault = true
        return
      }
      reads(Part.BYTES, null, to.phys, to.phys + run)
      bytes.set(this.kernel.memory.bytes(to.phys, run), done)
    })
    return { bytes, fault }
  }

  /** Writes bytes at a bus address. Where the access faults nothing is written; true if it did somewhere. */
  write(address: number, bytes: Uint8Array): boolean {
    let fault = false
    this.each(address, bytes.length, (at, run, done) => {
      const to = this.space.translate(at)
      if (to === null || !to.write) {
        fault = true
        return
      }
      changes(Part.BYTES, null, to.phys, to.phys + run)
      this.kernel.memory.writeBytes(to.phys, bytes.subarray(done, done + run))
    })
    return fault
  }

  private each(address: number, length: number, act: (at: number, run: number, done: number) => void): void {
    const pageSize = 2 ** this.kernel.info.pageShift
    for (let done = 0; done < length;) {
      const at = address + done
      const run = Math.min(length - done, pageSize - (((at % pageSize) + pageSize) % pageSize))
      act(at, run, done)
      done += run
    }
  }
}
