import { describe, expect, it } from 'vitest'
import { checkReplay } from '../mm/testing/replay.ts'
import { lab, type Lab } from '../mm/testing/lab.ts'
import { Dma } from './dma.ts'
import { Direction } from './mapping.ts'

const BUFFER = 0x40_0100

function rig(machine: Parameters<typeof lab>[0] = {}) {
  const kernel: Lab = lab(machine)
  const dma = new Dma(kernel)
  return { kernel, dma, device: dma.addDevice('rig', null) }
}

function entries(dma: Dma, ranges: readonly (readonly [pfn: number, offset: number, length: number])[]) {
  const list = dma.lists.make(ranges.length, 0)
  ranges.forEach(([pfn, offset, length], i) => dma.lists.set(list[i]!, pfn, offset, length, 0))
  return list
}

describe('a mapped buffer', () => {
  it('has its physical address without an IOMMU, and the device reaches all of memory', () => {
    const { kernel, dma, device } = rig()
    kernel.step(() => {
      const mapping = dma.mappings.mapBuffer(device, 'single', BUFFER, 16, Direction.FROM_DEVICE, 0)!
      device.write(mapping.address, Uint8Array.from([1, 2]))
      dma.mappings.unmap(mapping)
      device.write(mapping.address + 4, Uint8Array.from([3]))
    })
    expect([...kernel.memory.bytes(BUFFER, 5)]).toEqual([1, 2, 0, 0, 3])
    checkReplay(kernel)
  })

  it('has an IO address behind an IOMMU: beyond it, after the unmap and against the direction, access faults', () => {
    const { kernel, dma, device } = rig({ iommu: true })
    let faults: boolean[] = []
    let address = 0
    kernel.step(() => {
      const mapping = dma.mappings.mapBuffer(device, 'single', BUFFER, 16, Direction.TO_DEVICE, 0)!
      address = mapping.address
      faults = [
        device.read(address, 16).fault,
        device.write(address, new Uint8Array(1)),
        device.read(address + 4096, 1).fault,
      ]
      dma.mappings.unmap(mapping)
      faults.push(device.read(address, 1).fault)
    })
    expect([address.toString(16), faults]).toEqual(['fffff100', [false, true, true, true]])
  })

  it('is a bounce buffer with swiotlb=force: the CPU sees what the device wrote after a sync or the unmap only', () => {
    const { kernel, dma, device } = rig({ swiotlb: true })
    const seen: number[] = []
    kernel.step(() => {
      const mapping = dma.mappings.mapBuffer(device, 'single', BUFFER, 64, Direction.FROM_DEVICE, 0)!
      const look = (): number => seen.push(kernel.memory.readU8(BUFFER + 40))
      device.write(mapping.address + 40, Uint8Array.from([7]))
      look()
      dma.mappings.sync(mapping, true, 0, 32)
      look()
      dma.mappings.sync(mapping, true, 32, 32)
      look()
      device.write(mapping.address + 40, Uint8Array.from([8]))
      look()
      dma.mappings.unmap(mapping)
      look()
    })
    expect(seen).toEqual([0, 0, 7, 7, 8])
    checkReplay(kernel)
  })
})

describe('slots of bounce buffers', () => {
  it('are what a mapping starts at: of 2 KiB, or of a page where it has a page or more, one behind the other', () => {
    const { kernel, dma, device } = rig({ swiotlb: true })
    const map = (phys: number, size: number) =>
      dma.mappings.mapBuffer(device, 'page', phys, size, Direction.TO_DEVICE, 0)
    const places: number[] = []
    kernel.step(() => {
      const first = map(BUFFER + 100, 200)!
      const next = map(BUFFER + 5000, 2048)!
      const two = map(BUFFER + 5001, 2049)!
      dma.mappings.unmap(next)
      const page = map(BUFFER + 7, 4096)!
      const most = map(BUFFER, 262_144)!
      for (const { address } of [next, two, page, most]) places.push(address - first.address)
      dma.mappings.unmap(most)
      const last = map(BUFFER + 1, 1)!
      places.push((last.address - first.address) % 4096, first.address % 2048)
      for (const each of [first, two, page, last]) dma.mappings.unmap(each)
    })
    // The second mapping's slot is not used again yet: the search goes on where it ended.
    expect([places[0], places[1], places[2], ...places.slice(4)]).toEqual([2048, 4096, 8192, 0, 0])
    checkReplay(kernel)
  })

  it('run out: 256 KiB is the most of one mapping, half of the machine the most of all', () => {
    const { kernel, dma, device } = rig({ swiotlb: true, memory: 4 * 2 ** 20 })
    const map = (size: number) => dma.mappings.mapBuffer(device, 'page', BUFFER, size, Direction.TO_DEVICE, 0)
    kernel.step(() => {
      expect(map(262_145)).toBeNull()
      let count = 0
      while (map(2 ** 17) !== null) count++
      expect(count).toBe(16)
      expect(map(1)).toBeNull()
    })
    expect(kernel.reports.list.map(({ text }) => text)).toEqual([
      'rig rig: swiotlb buffer is full (sz: 262145 bytes), total 1024 (slots), used 0 (slots)',
      'rig rig: swiotlb buffer is full (sz: 131072 bytes), total 1024 (slots), used 1024 (slots)',
      'rig rig: swiotlb buffer is full (sz: 1 bytes), total 1024 (slots), used 1024 (slots)',
    ])
  })
})

describe('a mapped list', () => {
  it('keeps its entries without an IOMMU', () => {
    const { kernel, dma, device } = rig()
    kernel.step(() => {
      const list = entries(dma, [
        [512, 0, 4096],
        [513, 0, 4096],
      ])
      expect(dma.mappings.mapList(device, list, Direction.TO_DEVICE)?.count).toBe(2)
      expect(list.map((entry) => [entry.dmaAddress, entry.dmaLength])).toEqual([
        [512 * 4096, 4096],
        [513 * 4096, 4096],
      ])
    })
  })

  it('is merged by an IOMMU where entries meet at page boundaries', () => {
    const { kernel, dma, device } = rig({ iommu: true })
    kernel.step(() => {
      const list = entries(dma, [
        [512, 256, 3840],
        [700, 0, 4096],
        [600, 0, 100],
        [601, 0, 4096],
        [602, 8, 8],
      ])
      const made = dma.mappings.mapList(device, list, Direction.TO_DEVICE)!
      expect([made.count, list.map((entry) => entry.dmaLength)]).toEqual([3, [8036, 4096, 8, 0, 0]])
      expect(list.slice(3).map((entry) => entry.dmaAddress)).toEqual([-1, -1])
      device.read(list[0]!.dmaAddress, 8036)
      dma.mappings.unmap(made.mapping)
    })
    checkReplay(kernel)
  })

  it('is not merged beyond the longest segment of the device', () => {
    const { kernel, dma, device } = rig({ iommu: true })
    kernel.step(() => {
      const list = entries(dma, [
        [512, 0, 40960],
        [700, 0, 40960],
      ])
      expect(dma.mappings.mapList(device, list, Direction.TO_DEVICE)?.count).toBe(2)
    })
  })
})
