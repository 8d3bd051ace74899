/** Simulated devices: they read and write simulated memory by DMA. */
import type { DmaDevice } from '../../dma/device.ts'
import { changes, Part, reads } from '../../machine/state-watch.ts'
import { DMA_RIGHTS, Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { device as DeviceHandle } from '../handles/device.ts'
import type { device } from '../handles/device.ts'
import type { RunHost } from '../run-host.ts'
import { dmaMappingError } from '../scatter.ts'
import { textOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

const MAX_BYTES = 2 ** 24

export function simDevices(s: Surface, host: RunHost) {
  const { trace, dma } = s

  /** Closes the record of an access by a device: which mapping it hit, and whether that covers all of it. */
  function accessed(behind: DmaDevice, kind: number, address: number, length: number, fault: boolean): void {
    // A fault leaves no trace in memory: which mapping it would have hit is all there is.
    if (fault) reads(Part.DMA, behind)
    const streaming = dma.mappings.covering(behind, address, length)
    const shared = streaming === null ? dma.coherent.covering(behind, address, length) : null
    const right = streaming?.mapping.right ?? shared?.memory.right ?? 0
    const whole = streaming?.whole ?? shared?.whole ?? true
    const phys = behind.space.translate(address)?.phys ?? -1
    const memory = streaming?.mapping.memory ?? shared?.memory.allocation ?? (phys < 0 ? 0 : s.memoryAt(phys))
    const subject = address < 0 || address >= 2 ** 32 ? NO_SUBJECT : address
    s.done(kind, memory, subject, right + (whole ? 0 : DMA_RIGHTS), length, fault ? Flag.WILD : 0)
  }

  function addressOf(addr: unknown, kind: number): number {
    if (typeof addr !== 'bigint' && typeof addr !== 'number') throw s.wrongType(kind, 'a DMA address (a bigint)')
    if (typeof addr === 'number' && !Number.isInteger(addr)) throw s.wrongType(kind, 'a DMA address (a bigint)')
    const value = BigInt.asUintN(64, BigInt(addr))
    return value === dmaMappingError(s) || value >= 1n << 52n ? -1 : Number(value)
  }

  function read(behind: DmaDevice, site: Site, addr: bigint, n: number): Uint8Array {
    reads(Part.DEVICE, behind)
    if (behind.table !== null && behind.bound) return s.gpu.read(site, behind.table, addr, n)
    trace.begin(site)
    const address = addressOf(addr, Op.dma_read)
    const length = s.integer(n, 'n', 0, MAX_BYTES)
    const { bytes, fault } = behind.bound
      ? behind.read(address, length)
      : { bytes: new Uint8Array(length).fill(0xff), fault: true }
    accessed(behind, Op.dma_read, address, length, fault)
    return bytes
  }

  function write(behind: DmaDevice, site: Site, addr: bigint, bytes: Uint8Array | readonly number[]): void {
    reads(Part.DEVICE, behind)
    if (behind.table !== null && behind.bound) return s.gpu.write(site, behind.table, addr, bytes)
    trace.begin(site)
    const address = addressOf(addr, Op.dma_write)
    if (!Array.isArray(bytes) && !ArrayBuffer.isView(bytes)) throw s.wrongType(Op.dma_write, 'an address and bytes')
    const data = Uint8Array.from(bytes as readonly number[])
    const fault = !behind.bound || behind.write(address, data)
    accessed(behind, Op.dma_write, address, data.length, fault)
  }

  function unbind(behind: DmaDevice, site: Site): void {
    changes(Part.DEVICE, behind)
    // What drivers leave to the device's end (devres) is not told apart.
    if (s.unbinding.length > 0) changes(Part.ANYTHING, null)
    for (const revoke of s.unbinding) revoke(behind, site)
    trace.begin(site)
    behind.bound = false
    s.done(Op.device_unbind, 0, behind.id, dma.pending(behind), 0, 0)
  }

  // For steps of others than the program: actors.
  const { behind } = DeviceHandle
  s.calls.set('device.dma_read', (site, dev, addr, n) => read(behind(dev as device), site, addr as bigint, n as number))
  s.calls.set('device.dma_write', (site, dev, addr, data) =>
    write(behind(dev as device), site, addr as bigint, data as Uint8Array),
  )
  s.calls.set('device.unbind', (site, dev) => unbind(behind(dev as device), site))

  return {
    steps: {
      /**
       * Adds a device that does DMA: `struct device` for the driver, and `dma_read`, `dma_write`, `unbind` for the
       * test rig. `iommu` overrides the machine's setting for this device.
       */
      device(site: Site, name: string, options?: { readonly iommu?: boolean }): device {
        const called = textOf(name, 'the name')
        trace.begin(site)
        const behind = dma.addDevice(called, typeof options?.iommu === 'boolean' ? options.iommu : null)
        s.done(Op.device, 0, behind.id, s.log.string(behind.name), 0, 0)
        const made = new DeviceHandle(
          behind,
          host.stepValue((at, addr, n) => read(behind, at as Site, addr as bigint, n as number)) as device['dma_read'],
          host.stepValue((at, addr, bytes) =>
            write(behind, at as Site, addr as bigint, bytes as Uint8Array),
          ) as device['dma_write'],
          host.stepValue((at) => unbind(behind, at as Site)) as device['unbind'],
        )
        Object.freeze(made)
        return made
      },
    },
  }
}
