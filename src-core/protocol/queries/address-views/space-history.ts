/** What one scan of a trace tells about its address spaces: which there are, and the names that their states have. */
import { isUserMap } from '../../../ownership/op-classes.ts'
import { AreaState, areaState, Field } from '../../../trace/fields.ts'
import { Flag, Op } from '../../../trace/ops.ts'
import type { SpaceName } from '../../address-view.ts'
import type { RunView } from '../run-view.ts'

/** A table that a device walks. */
export interface DeviceTableInfo {
  readonly id: number
  readonly levels: number
  readonly pageShift: number
}

export interface SpaceHistory {
  /** Address spaces by their numbers, with the task that each was made for. */
  readonly processes: ReadonlyMap<number, number>
  readonly devices: readonly { readonly id: number; readonly name: string }[]
  readonly tables: readonly DeviceTableInfo[]
  /** First pages of the ranges of vmalloc space that were given out. */
  readonly ranges: readonly number[]
  /** Step that made each area, by its number - 1. */
  readonly areas: readonly number[]
  /** Bits above 32 that the first page numbers of areas had. */
  readonly highs: readonly number[]
  /** Indexes of Field.TLB that were used. */
  readonly tlb: readonly number[]
  /** Frame that an entry of a user page table was made for, by right. */
  readonly entryFrame: ReadonlyMap<number, number>
  /** Rights of DMA mappings. */
  readonly mappings: readonly number[]
  /** What a device's TLB kept, by right: table and frame. */
  readonly fills: ReadonlyMap<number, { readonly table: number; readonly pfn: number }>
}

const histories = new WeakMap<RunView, SpaceHistory>()

export function spaceHistory(view: RunView): SpaceHistory {
  const known = histories.get(view)
  if (known !== undefined) return known
  const found = scan(view)
  histories.set(view, found)
  return found
}

function scan(view: RunView): SpaceHistory {
  const processes = new Map<number, number>()
  const devices: { id: number; name: string }[] = []
  const tables: DeviceTableInfo[] = []
  const entryFrame = new Map<number, number>()
  const fills = new Map<number, { table: number; pfn: number }>()
  for (const chunk of view.store.chunks) {
    const { kind, subject, a, b, flags } = chunk.ops
    for (let row = 0; row < chunk.opCount; row++) {
      const op = kind[row]
      // Traces of before the number was noted: they are numbered as they were made.
      if (op === Op.spawn || op === Op.fork) processes.set(a[row] || processes.size + 1, subject[row])
      else if (op === Op.device) devices.push({ id: subject[row], name: view.run.record.strings[a[row]] ?? '' })
      else if (op === Op.gpu_table) tables.push({ id: subject[row], levels: a[row], pageShift: b[row] })
      else if (op === Op.gpu_tlb_fill) fills.set(a[row], { table: b[row], pfn: subject[row] })
      else if (isUserMap(op) && (flags[row] & Flag.FAILED) === 0 && a[row] > 0) entryFrame.set(a[row], subject[row])
    }
  }
  return { processes, devices, tables, entryFrame, fills, ...scanDeltas(view) }
}

type Indexed = Pick<SpaceHistory, 'ranges' | 'areas' | 'highs' | 'tlb' | 'mappings'>

function scanDeltas(view: RunView): Indexed {
  const ranges = new Set<number>()
  const tlb = new Set<number>()
  const mappings = new Set<number>()
  const highs = new Set<number>()
  const areas: number[] = []
  const settled = new Set<number>()
  for (const chunk of view.store.chunks) {
    const { deltas, deltaCount } = chunk
    const { field, index, new: value } = deltas
    let row = 0
    for (let d = 0; d < deltaCount; d++) {
      const what = field[d]
      if (what < Field.VMA_SPACE) continue
      if (what === Field.VMAP_RANGE) ranges.add(index[d])
      else if (what === Field.TLB) tlb.add(index[d])
      else if (what === Field.DMA_DEVICE) mappings.add(index[d])
      else if (what === Field.VMA_SPACE && !settled.has(index[d])) {
        while (chunk.ops.deltaEnd[row] <= d) row++
        areas[index[d] - 1] = chunk.firstStep + row
        // The row of mmap() counts, not one of the driver's hook before it.
        if (areaState(value[d]) === AreaState.IN_TREE) settled.add(index[d])
      } else if (what === Field.VMA_HIGH) highs.add(value[d] & 0x3ff)
    }
  }
  const sorted = (set: Set<number>): number[] => [...set].sort((x, y) => x - y)
  return { ranges: sorted(ranges), areas, highs: sorted(highs), tlb: sorted(tlb), mappings: sorted(mappings) }
}

/** Every address space of a run, in the order of the chooser. */
export function spaceNames(view: RunView): SpaceName[] {
  const { processes, devices, tables } = spaceHistory(view)
  return [
    { id: 'linear', name: 'linear map', group: 'kernel' },
    { id: 'vmalloc', name: 'vmalloc space', group: 'kernel' },
    ...Array.from(processes, ([mm, task]): SpaceName => ({
      id: `mm:${mm}`,
      name: `${view.taskName(task)} (mm ${mm})`,
      group: 'process',
    })),
    ...devices.map(({ id, name }): SpaceName => ({ id: `dev:${id}`, name: `${name} (DMA)`, group: 'device' })),
    ...tables.map(({ id }): SpaceName => ({
      id: `gpu:${id}`,
      name: `device page table ${id}`,
      group: 'device',
    })),
  ]
}
