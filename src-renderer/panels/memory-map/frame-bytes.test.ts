import { describe, expect, it } from 'vitest'
import { ByteRegion, Painted } from '../../../src-core/protocol/messages.ts'
import { byteAt, byteRect, bytesPerLine } from './byte-geometry.ts'
import { byteRuns, FrameBytesCache, nextRun, type FrameBytes } from './frame-bytes.ts'
import { cellRect, frameAt, layoutMap, showsBytes, zoomAbout } from './geometry.ts'

const ZONES = [{ name: 'DMA32', start: 1, end: 1 << 20 }]

function frame(size: number): FrameBytes {
  return {
    bytes: new Uint8Array(size),
    steps: new Uint32Array(size),
    painted: new Uint8Array(size),
    regions: new Uint8Array(size),
  }
}

describe('the bytes of a frame on the map', () => {
  it.each([300, 500, 900, 1800])('are found again from the middle of each, %i pixels wide', (width) => {
    for (const pageSize of [4096, 16384]) {
      const layout = layoutMap(ZONES, width, 0, pageSize)
      expect(showsBytes(layout)).toBe(true)
      const cell = cellRect(layout, 0x8_0123)!
      for (const offset of [0, 1, bytesPerLine(cell.width) - 1, bytesPerLine(cell.width), 2049, pageSize - 1]) {
        const { x, y, width: wide, height } = byteRect(cell, offset)
        expect(byteAt(cell, x + wide / 2, y + height / 2, pageSize)).toBe(offset)
        expect(x + wide).toBeLessThanOrEqual(cell.x + cell.width)
        expect(y + height).toBeLessThanOrEqual(cell.y + cell.height)
        expect(frameAt(layout, x + wide / 2, y + height / 2)).toBe(0x8_0123)
      }
      expect(byteAt(cell, cell.x + 2, cell.y + 40, pageSize)).toBe(-1)
      expect(byteAt(cell, cell.x + 60, cell.y + 4, pageSize)).toBe(-1)
    }
  })

  it('are shown from the first on after zooming in', () => {
    const frames = layoutMap(ZONES, 500, 1)
    const point = { x: 100, y: 120 }
    const pfn = frameAt(frames, point.x, point.y + 900)
    const bytes = layoutMap(ZONES, 500, 0)
    const scroll = zoomAbout(frames, 900, point, bytes, 400)
    const { y } = cellRect(bytes, pfn)!
    expect(y - scroll).toBeGreaterThanOrEqual(0)
    expect(y - scroll).toBeLessThan(60)
  })

  it('are listed as runs of one writer and one kind of paint', () => {
    const data = frame(16)
    data.steps.fill(7, 4, 8)
    data.painted.fill(Painted.RED_ACTIVE, 6, 12)
    data.regions.fill(ByteRegion.LEFT_RED_ZONE, 6, 12)
    data.regions[15] = ByteRegion.PADDING
    expect(byteRuns(data)).toEqual([
      { offset: 0, length: 4, step: 0, painted: 0, region: 0 },
      { offset: 4, length: 2, step: 7, painted: 0, region: 0 },
      { offset: 6, length: 2, step: 7, painted: Painted.RED_ACTIVE, region: ByteRegion.LEFT_RED_ZONE },
      { offset: 8, length: 4, step: 0, painted: Painted.RED_ACTIVE, region: ByteRegion.LEFT_RED_ZONE },
      { offset: 12, length: 3, step: 0, painted: 0, region: 0 },
      { offset: 15, length: 1, step: 0, painted: 0, region: ByteRegion.PADDING },
    ])
    expect(nextRun(data, -1, 1).offset).toBe(0)
    expect(nextRun(data, 7, 1).offset).toBe(8)
    expect(nextRun(data, 7, -1).offset).toBe(4)
    expect(nextRun(data, 15, 1).offset).toBe(15)
  })

  it('are asked for once a step, and never shown at another step', async () => {
    const asked: number[] = []
    let changes = 0
    const cache = new FrameBytesCache(
      (pfn) => {
        asked.push(pfn)
        return Promise.resolve(frame(4))
      },
      () => changes++,
    )
    expect(cache.of(1, 3, 9)).toBeNull()
    expect(cache.of(1, 3, 9)).toBeNull()
    await cache.settled()
    expect(cache.of(1, 3, 9)?.bytes).toHaveLength(4)
    expect(cache.of(1, 4, 9)).toBeNull()
    await cache.settled()
    expect(asked).toEqual([9, 9])
    expect(changes).toBe(2)
  })
})
