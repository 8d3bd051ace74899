/** An address space as rows of a table: each area, then its entries. Entries that continue one another are one row. */
import type { SpaceView } from '../../../../src-core/protocol/messages.ts'

export interface AddressRow {
  readonly key: string
  /** Index of the area that the row is about; -1 = an entry. */
  readonly area: number
  readonly page: number
  readonly pages: number
  /** Index of the first entry; -1 = an area. */
  readonly entry: number
}

export function addressRows(
  view: SpaceView,
  most: number,
): { readonly rows: readonly AddressRow[]; readonly hidden: number } {
  const rows: AddressRow[] = []
  let at = 0
  for (const [area, { page, pages }] of view.areas.entries()) {
    rows.push({ key: `area ${area}`, area, page, pages, entry: -1 })
    while (at < view.page.length && view.page[at]! < page) at++
    while (at < view.page.length && view.page[at]! < page + pages) {
      let end = at + 1
      while (end < view.page.length && view.page[end]! < page + pages && continues(view, end)) end++
      rows.push({ key: `entry ${at} ${area}`, area: -1, page: view.page[at]!, pages: end - at, entry: at })
      at = end
    }
  }
  return { rows: rows.slice(0, most), hidden: Math.max(0, rows.length - most) }
}

/** True if an entry goes on where the one before it ends, in the same way. */
function continues({ page, pfn, behind, bits, frames }: SpaceView, at: number): boolean {
  return (
    page[at] === page[at - 1]! + 1 &&
    pfn[at] === pfn[at - 1]! + 1 &&
    bits[at] === bits[at - 1] &&
    (behind[at]! < 0 ? behind[at - 1]! < 0 : behind[at] === behind[at - 1]! + 1) &&
    frames.kind[at] === frames.kind[at - 1] &&
    frames.allocation[at] === frames.allocation[at - 1] &&
    frames.marks[at] === frames.marks[at - 1]
  )
}
