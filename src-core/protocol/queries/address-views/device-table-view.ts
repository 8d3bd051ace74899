/**
 * The addresses of tables that a device walks by itself, as the device finds them at the cursor's step: read from the
 * frames that hold the tables, entry by entry, with what the device's TLB keeps beside them.
 *
 * Follows the format of dma/device-table.ts (KERNEL_FACTS 10).
 */
import { Field, FrameKind, useAllocation, useKind } from '../../../trace/fields.ts'
import { deviceEntryRights } from '../../../dma/device-table.ts'
import { PageBit, type SpaceArea, type SpaceView } from '../../address-view.ts'
import type { RunView } from '../run-view.ts'
import { areaOf } from './areas.ts'
import { PageList } from './page-list.ts'
import { spaceHistory, type DeviceTableInfo } from './space-history.ts'

const VALID = 3n
const ADDRESS = (1n << 48n) - 1n
/** Tables read at most: a table can name itself. */
const MOST_TABLES = 4096

interface DevicePage {
  readonly page: number
  readonly pfn: number
  bits: number
}

/** Answers `space` for a device table at the cursor's step. */
export function deviceTableView(view: RunView, id: number): SpaceView {
  const table = spaceHistory(view).tables.find((each) => each.id === id)
  const pages = new PageList()
  const space = { id: `gpu:${id}`, pageShift: table?.pageShift ?? view.info.pageShift, note: '' }
  if (table === undefined) return pages.answer(view, { ...space, note: 'No such table.', areas: [] })
  const root = view.cursor.value(Field.DEVICE_ROOT, id) - 1
  const found = root < 0 ? new Map<number, DevicePage>() : walkAll(view, table, root)
  const all = [...found.values(), ...staleOf(view, table, found)].sort((x, y) => x.page - y.page)
  for (const { page, pfn, bits } of all) pages.add(page, pfn, bits)
  const note = root < 0 ? 'The device has no root table at this step.' : ''
  return pages.answer(view, { ...space, note, areas: areasOf(view, table, all) })
}

/** Every page that the device reaches from its root. */
function walkAll(view: RunView, { levels, pageShift }: DeviceTableInfo, root: number): Map<number, DevicePage> {
  const out = new Map<number, DevicePage>()
  const { info, cursor } = view
  const bits = pageShift - 3
  const memory = info.frames * view.pageSize
  const seen = new Set<string>()
  const look = (address: number, level: number, base: number, freed: boolean): void => {
    const key = `${address}/${level}/${base}`
    if (address + 2 ** pageShift > memory || seen.has(key) || seen.size >= MOST_TABLES) return
    seen.add(key)
    const kind = useKind(cursor.use(Math.floor(address / view.pageSize)))
    const isFree = freed || kind === FrameKind.BUDDY || kind === FrameKind.PCP
    const entries = new BigUint64Array(cursor.bytes(address, 2 ** pageShift).buffer)
    for (const [index, entry] of entries.entries()) {
      if ((entry & VALID) !== VALID) continue
      const to = Number(entry & ADDRESS & ~BigInt(2 ** pageShift - 1))
      const page = base + index * 2 ** (bits * level)
      if (level > 0) look(to, level - 1, page, isFree)
      else {
        const rights = deviceEntryRights(entry)
        const flags =
          PageBit.PRESENT |
          ((rights & 1) !== 0 ? PageBit.READ : 0) |
          ((rights & 2) !== 0 ? PageBit.WRITE : 0) |
          (isFree ? PageBit.FREED_TABLE : 0)
        out.set(page, { page, pfn: Math.floor(to / view.pageSize), bits: flags })
      }
    }
  }
  look(root * view.pageSize, levels - 1, 0, false)
  return out
}

/** Marks what the device's TLB keeps, and returns what it keeps that the tables do not say. */
function staleOf(view: RunView, { id }: DeviceTableInfo, found: Map<number, DevicePage>): DevicePage[] {
  const out: DevicePage[] = []
  for (const [right, { table, pfn }] of spaceHistory(view).fills) {
    const value = view.cursor.value(Field.DEVICE_TLB, right)
    if (table !== id || value === 0) continue
    const page = value - 1
    const now = found.get(page)
    if (now?.pfn === pfn) now.bits |= PageBit.CACHED
    else out.push({ page, pfn, bits: PageBit.STALE | PageBit.CACHED | PageBit.READ })
  }
  return out
}

/** Pages in a row are an area. One that only the TLB knows is what is left of one. */
function areasOf(view: RunView, { pageShift }: DeviceTableInfo, pages: readonly DevicePage[]): SpaceArea[] {
  const out: SpaceArea[] = []
  let end = -1
  for (const { page, pfn, bits } of pages) {
    const kind = (bits & PageBit.STALE) !== 0 ? 'left' : 'area'
    const last = out.at(-1)
    const bytes = 2 ** pageShift
    if (last !== undefined && (page === end - 1 || (page === end && last.kind === kind))) {
      out[out.length - 1] = { ...last, pages: page + 1 - last.page, bytes: (page + 1 - last.page) * bytes }
    } else {
      const allocation = pfn < view.info.frames ? useAllocation(view.cursor.use(pfn)) : 0
      const name = kind === 'left' ? 'no entry' : view.label(allocation)
      const detail = kind === 'left' ? 'kept by the TLB of the device' : ''
      out.push(areaOf(view, kind, { page, pages: 1, name, detail, bytes, allocation }))
    }
    end = page + 1
  }
  return out
}
