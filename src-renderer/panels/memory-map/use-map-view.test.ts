import { expect, it } from 'vitest'
import { shallowRef } from 'vue'
import type { MachineInfo } from '../../../src-core/trace/record.ts'
import { byteRect } from './byte-geometry.ts'
import { cellRect } from './geometry.ts'
import { useMapView } from './use-map-view.ts'

const machine = { pageShift: 12, zones: [{ name: 'DMA32', start: 0, end: 1 << 20 }] } as unknown as MachineInfo

function newView(height: number) {
  const size = { width: 1237, height, ratio: 1 }
  const view = useMapView({
    machine: shallowRef(machine),
    size: () => size,
    selected: () => null,
    redraw: () => undefined,
  })
  view.update()
  return view
}

it('scrolls by whole pixels, wherever it goes: cells drawn between pixels are blurred and cannot be kept', () => {
  const view = newView(609)
  for (const [at, pfn] of [1 << 10, 12345, 70001, (1 << 20) - 1].entries()) {
    view.zoomTo(view.level.value + (at % 2 === 0 ? 1 : -1), { x: 33.4, y: 101.7 })
    view.centreOn(pfn)
    expect([pfn, view.scroll.value]).toEqual([pfn, Math.round(view.scroll.value)])
    view.reveal(pfn >> 1)
    expect([pfn, view.scroll.value]).toEqual([pfn, Math.round(view.scroll.value)])
  }
})

it('adds up what a wheel moves less than a pixel', () => {
  const view = newView(600)
  view.centreOn(1 << 19)
  const before = view.scroll.value
  for (let i = 0; i < 10; i++) view.panBy(0.3)
  expect(view.scroll.value).toBe(before + 3)
  for (let i = 0; i < 10; i++) view.panBy(-0.3)
  expect(view.scroll.value).toBe(before)
})

it('zooms out until the whole machine fits, and no farther: it would only be smaller', () => {
  const view = newView(600)
  for (let i = 0; i < 40; i++) view.zoomTo(view.level.value + 1)
  const farthest = view.level.value
  expect(view.layout()!.height).toBeLessThanOrEqual(600)
  expect(farthest).toBe(view.farthest())
  view.zoomTo(farthest - 1)
  expect(view.layout()!.height).toBeGreaterThan(600)
})

it('shows the bytes of the selected object, not only its frame, when it comes to bytes', () => {
  const size = { width: 300, height: 200, ratio: 1 }
  const pfn = 4096
  const view = useMapView({
    machine: shallowRef(machine),
    size: () => size,
    selected: () => ({ pfn, frames: 1 }),
    selectedAddress: () => pfn * 4096 + 0x800,
    redraw: () => undefined,
  })
  view.update()
  view.zoomTo(4)
  view.centreOn(pfn)
  while (view.level.value > 0) view.zoomTo(view.level.value - 1)
  const { y } = byteRect(cellRect(view.layout()!, pfn)!, 0x800)
  expect(y - view.scroll.value).toBeGreaterThan(0)
  expect(y - view.scroll.value).toBeLessThan(100)
})
