/** The DMA side of a booted machine: scatterlists, mappings, coherent memory, devices. */
import { isMade } from '../machine/state-watch.ts'
import type { Kernel } from '../mm/kernel.ts'
import { Coherent } from './coherent.ts'
import { DmaDevice } from './device.ts'
import { Mappings } from './mapping.ts'
import { Scatterlists } from './scatterlist.ts'

export class Dma {
  readonly lists: Scatterlists
  readonly mappings: Mappings
  readonly coherent: Coherent
  readonly devices: DmaDevice[] = []

  constructor(private readonly kernel: Kernel) {
    this.lists = new Scatterlists(kernel)
    this.mappings = new Mappings(kernel)
    this.coherent = new Coherent(kernel, () => this.mappings.takeRight())
  }

  /** A new device; `iommu` null = as the machine says. */
  addDevice(name: string, iommu: boolean | null): DmaDevice {
    const device = isMade(new DmaDevice(this.kernel, this.devices.length, name, iommu ?? this.kernel.config.iommu))
    this.devices.push(device)
    return device
  }

  /** Mappings and coherent memory of a device that are left. */
  pending(device: DmaDevice): number {
    return this.mappings.pending(device) + this.coherent.pending(device)
  }
}
