/** What the map of an address space draws at this moment, as plain data for tests. */
import { CellMark } from '../../../../src-core/protocol/messages.ts'
import { KINDS } from '../../../theme/states.ts'
import type { Rect } from '../geometry.ts'
import { rowsBetween } from './address-layout.ts'
import type { AddressScene } from './address-scene.ts'
import { bitNames } from './address-words.ts'
import { entryRect, pageRect } from './draw-address.ts'
import { isLit } from './draw-links.ts'
import { linksOf } from './frame-boxes.ts'

export interface AddressDescription {
  readonly step: number
  readonly space: string
  readonly note: string
  readonly hidden: number
  /** Areas with a line on screen. */
  readonly areas: readonly {
    readonly kind: string
    readonly page: number
    readonly pages: number
    readonly name: string
  }[]
  /** What is left out on screen, and how many pages it is. */
  readonly lines: readonly { readonly kind: string; readonly page: number; readonly pages: number }[]
  /** Pages on screen. `pfn` -1: it leads nowhere. */
  readonly cells: readonly {
    readonly page: number
    readonly kind: 'guard' | 'empty' | 'entry'
    readonly pfn: number
    readonly bits: readonly string[]
    readonly frame: string
    readonly marks: readonly string[]
    /** In CSS pixels of the canvas. */
    readonly rect: Rect
  }[]
  /** Frames with a box. */
  readonly frames: readonly { readonly pfn: number; readonly rect: Rect }[]
  /** Lines from pages to frames. */
  readonly links: readonly {
    readonly page: number
    readonly pfn: number
    readonly behind: boolean
    readonly lit: boolean
  }[]
  readonly selectedPfn: number
  readonly focusPage: number
}

const MARK_NAMES = Object.entries(CellMark)

export function describeAddresses(scene: AddressScene, height: number, step: number): AddressDescription {
  const { view, index, layout, scroll } = scene
  const rows = rowsBetween(layout, scroll, scroll + height)
  const cells: AddressDescription['cells'][number][] = []
  const lines: AddressDescription['lines'][number][] = []
  const areas: AddressDescription['areas'][number][] = []
  for (const row of rows) {
    const area = view.areas[row.area]!
    if (row.kind === 'head') {
      areas.push({ kind: area.kind, page: area.page, pages: area.pages, name: area.name })
      continue
    }
    if (row.kind !== 'pages') {
      lines.push({ kind: row.kind, page: row.page, pages: row.count })
      continue
    }
    for (let i = 0; i < row.count; i++) {
      const page = row.page + i
      const cell = pageRect(scene, row, i)
      const entries = index.get(page) ?? []
      const plain = { page, pfn: -1, bits: [], frame: '', marks: [], rect: entryRect(cell, 0, 1) }
      if (page >= area.page + area.pages) cells.push({ ...plain, kind: 'guard' })
      else if (entries.length === 0) cells.push({ ...plain, kind: 'empty' })
      entries.forEach((at, nth) =>
        cells.push({
          page,
          kind: 'entry',
          pfn: view.pfn[at]!,
          bits: bitNames(view.bits[at]!),
          frame: KINDS[view.frames.kind[at]!]?.name ?? '',
          marks: MARK_NAMES.filter(([, bit]) => (view.frames.marks[at]! & bit) !== 0).map(([name]) => name),
          rect: entryRect(cell, nth, entries.length),
        }),
      )
    }
  }
  const { links, boxes } = linksOf(scene, height)
  return {
    step,
    space: view.id,
    note: view.note,
    hidden: view.hidden,
    areas,
    lines,
    cells,
    frames: [...boxes.values()].map(({ pfn, rect }) => ({ pfn, rect })),
    links: links.map((link) => ({ page: link.page, pfn: link.pfn, behind: link.isBehind, lit: isLit(scene, link) })),
    selectedPfn: scene.selected?.pfn ?? -1,
    focusPage: scene.focusPage,
  }
}
