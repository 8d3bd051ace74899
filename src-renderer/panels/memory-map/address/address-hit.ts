/** What lies under a point of the map of an address space. */
import { CELL, rowsBetween } from './address-layout.ts'
import type { AddressScene } from './address-scene.ts'
import { linksOf } from './frame-boxes.ts'

export interface AddressHit {
  /** Index of the area; -1 = none. */
  readonly area: number
  /** True on the line that names the area. */
  readonly isHead: boolean
  /** Page; -1 = none. */
  readonly page: number
  /** Index of the entry; -1 = the page has none. */
  readonly entry: number
  /** Frame of the entry, or of the box; -1 = none. */
  readonly pfn: number
}

export function hitAt(scene: AddressScene, height: number, x: number, y: number): AddressHit | null {
  for (const box of linksOf(scene, height).boxes.values()) {
    const { rect } = box
    if (x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height)
      return { area: -1, isHead: false, page: -1, entry: -1, pfn: box.pfn }
  }
  const top = y + scene.scroll
  const row = rowsBetween(scene.layout, top, top + 1)[0]
  if (row === undefined || top < row.y || x >= scene.places.boxes - 8) return null
  if (row.kind === 'head') return { area: row.area, isHead: true, page: -1, entry: -1, pfn: -1 }
  const line = { area: row.area, isHead: false, page: row.page, entry: -1, pfn: -1 }
  if (row.kind !== 'pages') return row.kind === 'unused' ? { ...line, area: -1 } : line
  const column = Math.floor((x - scene.places.cells) / CELL)
  if (column < 0 || column >= row.count) return null
  const page = row.page + column
  const entries = scene.index.get(page) ?? []
  const entry = entries[Math.min(entries.length - 1, Math.floor(((top - row.y) / CELL) * entries.length))] ?? -1
  return { area: row.area, isHead: false, page, entry, pfn: entry < 0 ? -1 : scene.view.pfn[entry]! }
}
