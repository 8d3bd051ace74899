/**
 * The frames behind the pages on screen: one box each, in order of their numbers, however many pages lead there. Lines
 * between pages and boxes are what the picture is about: several lines to one box are several ways to reach a frame.
 */
import { CELL, rowsBetween, type Row } from './address-layout.ts'
import type { AddressScene } from './address-scene.ts'
import type { Rect } from '../geometry.ts'

const BOX_HEIGHT = 20
const BOX_GAP = 4
/** Top of the first box: below the words over the column. */
const TOP = 22

export interface FrameBox {
  readonly pfn: number
  /** An entry that leads there: its columns say what the frame is. -1: only a bounce buffer stands for it. */
  readonly entry: number
  readonly rect: Rect
}

/** A way from a page to a frame. */
export interface Link {
  readonly page: number
  readonly entry: number
  readonly pfn: number
  readonly area: number
  /** The frame is one that the page's bounce buffer stands for: nothing leads there by itself. */
  readonly isBehind: boolean
  /** Where the cell ends, on the canvas. */
  readonly x: number
  readonly y: number
}

export interface Links {
  readonly links: readonly Link[]
  readonly boxes: ReadonlyMap<number, FrameBox>
  /** Frames on screen that have no box, because there is no room. */
  readonly hidden: number
}

type Seen = Pick<AddressScene, 'view' | 'index' | 'layout' | 'places' | 'scroll' | 'selected' | 'hoveredPfn'>

/** Boxes and lines of what is on screen in a view of `height` pixels. */
export function linksOf(scene: Seen, height: number): Links {
  const links: Link[] = []
  for (const row of rowsBetween(scene.layout, scene.scroll, scene.scroll + height)) linkRow(scene, row, links)
  const entryOf = new Map<number, number>()
  for (const { pfn, entry, isBehind } of links) if (!isBehind && !entryOf.has(pfn)) entryOf.set(pfn, entry)
  for (const { pfn } of links) if (!entryOf.has(pfn)) entryOf.set(pfn, -1)
  const room = Math.max(1, Math.floor((height - TOP - BOX_GAP) / (BOX_HEIGHT + BOX_GAP)))
  const { selected, hoveredPfn } = scene
  const wanted = (pfn: number): boolean => pfn === hoveredPfn || pfn === selected?.pfn
  const sorted = [...entryOf.keys()].sort((a, b) => a - b)
  const first = [...sorted.filter(wanted), ...sorted.filter((pfn) => !wanted(pfn))].slice(0, room)
  const boxes = new Map<number, FrameBox>()
  const { boxes: x, boxWidth: width } = scene.places
  for (const [i, pfn] of first.sort((a, b) => a - b).entries()) {
    const rect = { x, y: TOP + i * (BOX_HEIGHT + BOX_GAP), width, height: BOX_HEIGHT }
    boxes.set(pfn, { pfn, entry: entryOf.get(pfn)!, rect })
  }
  return { links, boxes, hidden: sorted.length - boxes.size }
}

function linkRow(scene: Seen, row: Row, links: Link[]): void {
  if (row.kind !== 'pages') return
  const { view, index, places, scroll } = scene
  for (let i = 0; i < row.count; i++) {
    const entries = index.get(row.page + i) ?? []
    const x = places.cells + (i + 1) * CELL - 2
    entries.forEach((entry, nth) => {
      const y = row.y - scroll + ((nth + 0.5) * (CELL - 2)) / entries.length
      const at = { page: row.page + i, entry, area: row.area, x, y }
      links.push({ ...at, pfn: view.pfn[entry]!, isBehind: false })
      const behind = view.behind[entry]!
      if (behind >= 0) links.push({ ...at, pfn: behind, isBehind: true })
    })
  }
}
