/**
 * What the DMA API mapped for a device: bus addresses and the frames that they lead to, directly, through an IOMMU or
 * to a bounce buffer; coherent memory too.
 *
 * Kernel: kernel/dma/mapping.c, drivers/iommu/dma-iommu.c, kernel/dma/swiotlb.c; KERNEL_FACTS 6.4 to 6.6.
 */
import type { DmaMapping } from '../../../ownership/dma-table.ts'
import { Field, IO_PAGES, IO_READ, IO_WRITE } from '../../../trace/fields.ts'
import { PageBit, type SpaceArea, type SpaceView } from '../../address-view.ts'
import type { RunView } from '../run-view.ts'
import { areaOf } from './areas.ts'
import { PageList } from './page-list.ts'
import { spaceHistory } from './space-history.ts'

/** enum dma_data_direction, as drivers write it. */
const DIRECTIONS = ['bidirectional', 'to device', 'from device', 'none'] as const
const FROM_DEVICE = 2
const TO_DEVICE = 1

const DIRECT_NOTE =
  'No IOMMU stands before this device: it reaches all of memory. Shown is what the driver mapped for it.'

/** Answers `space` for a device at the cursor's step. */
export function dmaView(view: RunView, device: number): SpaceView {
  const { cursor } = view
  const areas: SpaceArea[] = []
  const pages = new PageList()
  let translated = false
  for (const right of spaceHistory(view).mappings) {
    if (cursor.value(Field.DMA_DEVICE, right) !== device + 1) continue
    const mapping = view.run.ledger.dma.mapping(right)
    if (mapping === undefined) continue
    const byTable = tablePages(view, mapping, device)
    translated ||= byTable.length > 0
    const all = mapping.segments.reduce((sum, { length }) => sum + length, 0)
    const parts = byTable.length > 0 ? [{ pages: byTable, bytes: all }] : directParts(view, mapping)
    for (const part of parts) {
      areas.push(mappingArea(view, mapping, part, byTable.length > 0))
      for (const { page, pfn, behind, bits } of part.pages) pages.add(page, pfn, bits, behind)
    }
  }
  const { iommu, pageShift } = view.info
  const note =
    iommu || translated ? '' : areas.length === 0 ? `${DIRECT_NOTE} At this step that is nothing.` : DIRECT_NOTE
  return pages.answer(view, { id: `dev:${device}`, pageShift, note, areas })
}

interface BusPage {
  readonly page: number
  readonly pfn: number
  readonly behind: number
  readonly bits: number
}

/** Pages of a mapping in a row, at least one. */
interface Part {
  readonly pages: readonly BusPage[]
  /** Bytes of the buffer. */
  readonly bytes: number
}

function mappingArea(view: RunView, mapping: DmaMapping, part: Part, translated: boolean): SpaceArea {
  const { pages } = part
  const bounced = pages.some(({ behind }) => behind >= 0)
  const way = translated ? 'through the IOMMU' : bounced ? 'bounce buffer' : 'direct'
  const what = mapping.isCoherent ? 'coherent' : (DIRECTIONS[mapping.direction] ?? '')
  return areaOf(view, 'area', {
    page: pages[0]!.page,
    pages: pages.at(-1)!.page - pages[0]!.page + 1,
    name: view.label(mapping.allocation),
    detail: `${what}, ${way}`,
    bytes: part.bytes,
    allocation: mapping.allocation,
    step: mapping.step,
  })
}

/** What the step of a map did to pages of bus addresses, of those that still lead somewhere. */
function tablePages(view: RunView, mapping: DmaMapping, device: number): BusPage[] {
  const range = view.store.deltasOf(mapping.step)
  const out: BusPage[] = []
  if (range === null) return out
  const { field, index } = range.chunk.deltas
  for (let d = range.from; d < range.to; d++) {
    if (field[d] !== Field.IO_PAGE || Math.floor(index[d] / IO_PAGES) !== device) continue
    const value = view.cursor.value(Field.IO_PAGE, index[d])
    if (value === 0) continue
    const bits =
      PageBit.PRESENT | ((value & IO_READ) !== 0 ? PageBit.READ : 0) | ((value & IO_WRITE) !== 0 ? PageBit.WRITE : 0)
    out.push({ page: index[d] % IO_PAGES, pfn: (value % IO_READ) - 1, behind: -1, bits })
  }
  return out.sort((x, y) => x.page - y.page)
}

/** A mapping without a table: a part for each buffer, at its own bus address or at that of its bounce buffer. */
function directParts(view: RunView, mapping: DmaMapping): Part[] {
  const { pageSize } = view
  const { direction } = mapping
  const bits =
    PageBit.PRESENT | (direction === FROM_DEVICE ? 0 : PageBit.READ) | (direction === TO_DEVICE ? 0 : PageBit.WRITE)
  const bounced = bouncePages(view, mapping, bits | PageBit.BOUNCE)
  if (bounced.length > 0) return runsOf(bounced, mapping, pageSize)
  return mapping.segments.map(({ phys, length }) => {
    const base = mapping.isCoherent ? mapping.address : phys
    const first = Math.floor(base / pageSize)
    const last = Math.floor((base + Math.max(length, 1) - 1) / pageSize)
    const pages = Array.from({ length: last - first + 1 }, (_, i) => ({
      page: first + i,
      pfn: first + i,
      behind: -1,
      bits,
    }))
    return { pages, bytes: length }
  })
}

/** Frames of bounce buffers that the step of a map took. */
function bouncePages(view: RunView, mapping: DmaMapping, bits: number): BusPage[] {
  const range = view.store.deltasOf(mapping.step)
  const out: BusPage[] = []
  if (range === null) return out
  const { field, index, new: value } = range.chunk.deltas
  for (let d = range.from; d < range.to; d++) {
    if (field[d] !== Field.BOUNCE || value[d] === 0) continue
    const behind = view.cursor.value(Field.BOUNCE, index[d]) - 1
    if (behind >= 0) out.push({ page: index[d], pfn: index[d], behind, bits })
  }
  return out.sort((x, y) => x.page - y.page)
}

/** Bounce buffers of a mapping: pages in a row are a part. */
function runsOf(pages: readonly BusPage[], mapping: DmaMapping, pageSize: number): Part[] {
  const runs: BusPage[][] = []
  for (const each of pages) {
    const last = runs.at(-1)
    if (last !== undefined && last.at(-1)!.page + 1 === each.page) last.push(each)
    else runs.push([each])
  }
  const covers = (run: readonly BusPage[], phys: number): boolean =>
    run.some(({ behind }) => behind === Math.floor(phys / pageSize))
  return runs.map((run) => ({
    pages: run,
    bytes: mapping.segments.reduce((sum, { phys, length }) => sum + (covers(run, phys) ? length : 0), 0),
  }))
}
