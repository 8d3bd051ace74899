/**
 * The areas (`vm_area_struct`) of a run at the cursor's step, from the trace: which there are, and which map a piece of
 * memory.
 *
 * Kernel: include/linux/mm_types.h, include/linux/mm.h (VM_*); KERNEL_FACTS 7.1.
 */
import * as Vma from '../../mm/vma.ts'
import { AreaBacking, areaBacking, areaSpace, AreaState, areaState, Field as Column } from '../../trace/fields.ts'
import { frameName } from './effects.ts'
import type { RunView } from './run-view.ts'
import type { StructFields } from './structs.ts'
import type { Leaf } from './page-tables.ts'

/** Names of `vm_flags`, low bit to high. */
const NAMES: readonly (readonly [number, string])[] = [
  [Vma.VM_READ, 'VM_READ'],
  [Vma.VM_WRITE, 'VM_WRITE'],
  [Vma.VM_EXEC, 'VM_EXEC'],
  [Vma.VM_SHARED, 'VM_SHARED'],
  [Vma.VM_MAYREAD, 'VM_MAYREAD'],
  [Vma.VM_MAYWRITE, 'VM_MAYWRITE'],
  [Vma.VM_MAYEXEC, 'VM_MAYEXEC'],
  [Vma.VM_MAYSHARE, 'VM_MAYSHARE'],
  [Vma.VM_PFNMAP, 'VM_PFNMAP'],
  [Vma.VM_IO, 'VM_IO'],
  [Vma.VM_DONTCOPY, 'VM_DONTCOPY'],
  [Vma.VM_DONTEXPAND, 'VM_DONTEXPAND'],
  [Vma.VM_DONTDUMP, 'VM_DONTDUMP'],
  [Vma.VM_MIXEDMAP, 'VM_MIXEDMAP'],
]

/** Names of the bits that are set. */
export function vmFlagNames(flags: number): string[] {
  return NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name)
}

/** One `vm_area_struct` at one step. */
export interface Area {
  /** Number of the area, counted from 1 over the run. */
  readonly id: number
  /** Number of its `mm_struct`, counted from 1 over the run. */
  readonly space: number
  /** NEW: its driver's mmap hook runs. DETACHED: it left the tree (munmap, exit), its entries are not cleared yet. */
  readonly state: AreaState
  readonly backing: AreaBacking
  /** User addresses [start, end). */
  readonly start: bigint
  readonly end: bigint
  readonly pgoff: number
  /** `vm_flags`. */
  readonly flags: number
}

/** Largest area id of each run that was asked about. */
const lasts = new WeakMap<RunView, number>()

function lastArea(view: RunView): number {
  let last = lasts.get(view)
  if (last !== undefined) return last
  last = 0
  for (const { deltas, deltaCount } of view.store.chunks) {
    const { field, index } = deltas
    for (let d = 0; d < deltaCount; d++) if (field[d] === Column.VMA_SPACE) last = Math.max(last, index[d])
  }
  lasts.set(view, last)
  return last
}

/** Every area at the cursor's step, in the order in which they were made. */
export function areasNow(view: RunView): Area[] {
  const out: Area[] = []
  for (let id = 1, last = lastArea(view); id <= last; id++) {
    const area = areaNow(view, id)
    if (area !== null) out.push(area)
  }
  return out
}

function areaNow(view: RunView, id: number): Area | null {
  const { cursor } = view
  const packed = cursor.value(Column.VMA_SPACE, id)
  if (packed === 0) return null
  const high = cursor.value(Column.VMA_HIGH, id)
  const page = (field: Column, bits: number): bigint =>
    (BigInt((high >>> bits) & 0x3ff) << 32n) | BigInt(cursor.value(field, id))
  const shift = BigInt(view.info.pageShift)
  return {
    id,
    space: areaSpace(packed),
    state: areaState(packed),
    backing: areaBacking(packed),
    start: page(Column.VMA_START, 0) << shift,
    end: page(Column.VMA_END, 10) << shift,
    pgoff: Number(page(Column.VMA_PGOFF, 20)),
    flags: cursor.value(Column.VMA_FLAGS, id),
  }
}

/** The areas that last-level entries lie in, each once. An area in the tree counts before one that left it. */
export function areasOf(view: RunView, leaves: readonly Leaf[]): StructFields[] {
  const areas = areasNow(view)
  const found = new Map<number, StructFields>()
  for (const { space, address } of leaves) {
    const around = areas.filter((area) => area.space === space && area.start <= address && address < area.end)
    const area = around.find(({ state }) => state === AreaState.IN_TREE) ?? around.at(-1)
    if (area !== undefined && !found.has(area.id)) found.set(area.id, structOf(area))
  }
  return [...found.values()]
}

const STATES: Readonly<Record<AreaState, string>> = {
  [AreaState.NONE]: '',
  [AreaState.NEW]: ', in no tree yet',
  [AreaState.IN_TREE]: '',
  [AreaState.DETACHED]: ', detached',
}

function structOf({ id, space, state, backing, start, end, pgoff, flags }: Area): StructFields {
  const names = vmFlagNames(flags)
  const pages = backing === AreaBacking.ANONYMOUS ? 'Its page number, for private anonymous memory' : 'In pages'
  return {
    key: `vma ${id}`,
    name: 'struct vm_area_struct',
    which: `area ${id}${STATES[state]}`,
    fields: [
      { name: 'vm_start', value: `0x${start.toString(16)}`, help: 'First address of the area.' },
      { name: 'vm_end', value: `0x${end.toString(16)}`, help: 'First address after it.' },
      { name: 'vm_pgoff', value: String(pgoff), help: `Where in the file vm_start lies. ${pages}.` },
      { name: 'vm_mm', value: `mm ${space}`, help: 'The address space that the area belongs to.' },
      {
        name: 'vm_flags',
        value: names.length === 0 ? '0' : `${frameName(flags)} (${names.join('|')})`,
        help: 'Flags of the area at this step.',
      },
    ],
  }
}
