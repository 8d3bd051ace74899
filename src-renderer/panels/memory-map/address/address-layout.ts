/**
 * Where the pages of an address space lie on the map: areas below each other in order of addresses, each with a line
 * that names it and its pages in rows; what is empty is left out and its size told. Knows pages and pixels only.
 */
import type { SpaceArea, SpaceView } from '../../../../src-core/protocol/messages.ts'

/** Cells are as wide and as high, with their gap. */
export const CELL = 24
export const HEAD = 22
export const GAP = 20
const AREA_SPACING = 6
/** So many rows in a row without an entry are told in one line. */
const EMPTY_ROWS = 3

export type Row =
  /** Names an area. */
  | { readonly kind: 'head'; readonly y: number; readonly height: number; readonly area: number }
  /** Pages of an area, one cell each; the guard page behind it is the last cell. */
  | {
      readonly kind: 'pages'
      readonly y: number
      readonly height: number
      readonly area: number
      readonly page: number
      readonly count: number
    }
  /** Addresses between areas, pages of an area without an entry, a range that waits for its purge: one line. */
  | {
      readonly kind: 'unused' | 'empty' | 'lazy'
      readonly y: number
      readonly height: number
      readonly area: number
      readonly page: number
      readonly count: number
    }

export interface AddressLayout {
  readonly columns: number
  readonly rows: readonly Row[]
  readonly height: number
}

/** Numbers of the entries of each page, in the order of the answer. */
export type PagesIndex = ReadonlyMap<number, readonly number[]>

export function indexPages(view: SpaceView): PagesIndex {
  const index = new Map<number, number[]>()
  view.page.forEach((page, at) => {
    const list = index.get(page)
    if (list === undefined) index.set(page, [at])
    else list.push(at)
  })
  return index
}

/** Columns that fit a width: a power of two, so that rows begin at round addresses. */
export function columnsFor(width: number): number {
  let columns = 4
  while (columns < 64 && (columns * 2 + 0.5) * CELL <= width) columns *= 2
  return columns
}

export function layoutAddresses(view: SpaceView, index: PagesIndex, columns: number): AddressLayout {
  const rows: Row[] = []
  let y = 4
  const put = (height: number, make: (y: number, height: number) => Row): void => {
    rows.push(make(y, height))
    y += height
  }
  const line = (kind: 'unused' | 'empty' | 'lazy', area: number, page: number, count: number): void =>
    put(GAP, (top, height) => ({ kind, y: top, height, area, page, count }))
  let end = -1
  for (const [area, each] of view.areas.entries()) {
    if (each.kind === 'guard' && end === each.page) {
      end = each.page + 1
      continue
    }
    if (end >= 0 && each.page > end) line('unused', area, end, each.page - end)
    put(HEAD, (top, height) => ({ kind: 'head', y: top, height, area }))
    if (each.kind === 'lazy') line('lazy', area, each.page, each.pages)
    else pageRows(area, each, guardBehind(view, area), columns, index, { put, line })
    end = Math.max(end, each.page + each.pages)
    y += AREA_SPACING
  }
  return { columns, rows, height: y }
}

/** 1 if the area has a guard page behind it. */
function guardBehind(view: SpaceView, area: number): number {
  const next = view.areas[area + 1]
  const { page, pages } = view.areas[area]!
  return next?.kind === 'guard' && next.page === page + pages ? 1 : 0
}

interface Sink {
  readonly put: (height: number, make: (y: number, height: number) => Row) => void
  readonly line: (kind: 'empty', area: number, page: number, count: number) => void
}

function pageRows(
  area: number,
  { page, pages }: SpaceArea,
  guard: number,
  columns: number,
  index: PagesIndex,
  { put, line }: Sink,
): void {
  const total = pages + guard
  const isEmpty = (from: number): boolean => {
    if (from + columns > pages) return false
    for (let i = from; i < from + columns; i++) if (index.has(page + i)) return false
    return true
  }
  for (let from = 0; from < total;) {
    let empty = from
    while (isEmpty(empty)) empty += columns
    if (empty - from >= EMPTY_ROWS * columns) {
      line('empty', area, page + from, empty - from)
      from = empty
      continue
    }
    const [first, count] = [page + from, Math.min(columns, total - from)]
    put(CELL, (y, height) => ({ kind: 'pages', y, height, area, page: first, count }))
    from += columns
  }
}

/** Rows that touch the content heights [top, bottom]. */
export function rowsBetween({ rows }: AddressLayout, top: number, bottom: number): readonly Row[] {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rows[middle]!.y + rows[middle]!.height <= top) low = middle + 1
    else high = middle
  }
  let last = low
  while (last < rows.length && rows[last]!.y < bottom) last++
  return rows.slice(low, last)
}

/** Number of the row that shows a page; -1 if none does. */
export function rowOf({ rows }: AddressLayout, page: number): number {
  return rows.findIndex((row) => row.kind !== 'head' && page >= row.page && page < row.page + row.count)
}

/**
 * Scroll position that shows in `next`, a layout of the same areas for another width, at view height `anchor` what
 * `previous` showed there.
 */
export function keepPlace(previous: AddressLayout, scroll: number, next: AddressLayout, anchor: number): number {
  const y = scroll + anchor
  const row = previous.rows.findLast((each) => each.y <= y)
  if (row === undefined) return scroll
  // Some rows are followed by a gap.
  const within = Math.min(y - row.y, row.height)
  const gap = y - row.y - within
  if (row.kind === 'head') {
    const head = next.rows.find((each) => each.kind === 'head' && each.area === row.area)
    return head === undefined ? scroll : head.y + within + gap - anchor
  }
  const last = row.page + row.count - 1
  const page = Math.min(row.page + (within / row.height) * pagesAcross(previous, row), last)
  const after = next.rows[rowOf(next, Math.floor(page))]
  if (after === undefined || after.kind === 'head') return scroll
  return after.y + ((page - after.page) / pagesAcross(next, after)) * after.height + gap - anchor
}

/** Pages that the height of a row stands for, also where it ends early. */
function pagesAcross({ columns }: AddressLayout, row: Exclude<Row, { readonly kind: 'head' }>): number {
  return row.kind === 'pages' ? columns : row.count
}
