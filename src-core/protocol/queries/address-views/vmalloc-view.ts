/**
 * vmalloc space: areas with the guard page behind each, and ranges that were freed and are not purged yet.
 *
 * Kernel: mm/vmalloc.c, vread_iter() and s_show() (/proc/vmallocinfo) list the same; a guard page is part of an area
 * unless it has VM_NO_GUARD, and maps nothing.
 */
import { AllocationKind } from '../../../trace/allocation-kind.ts'
import { Field, VMAP_LAZY } from '../../../trace/fields.ts'
import type { AllocationRecord } from '../../../trace/store.ts'
import { PageBit, type SpaceArea, type SpaceView } from '../../address-view.ts'
import type { RunView } from '../run-view.ts'
import { areaOf } from './areas.ts'
import { PageList } from './page-list.ts'
import { spaceHistory } from './space-history.ts'

/** Every entry of vmalloc space (PAGE_KERNEL). */
const BITS = PageBit.PRESENT | PageBit.READ | PageBit.WRITE

/** Allocations of vmalloc space by their first page, oldest first. */
const byBase = new WeakMap<RunView, Map<number, AllocationRecord[]>>()

function areaAllocations(view: RunView): Map<number, AllocationRecord[]> {
  let found = byBase.get(view)
  if (found !== undefined) return found
  byBase.set(view, (found = new Map<number, AllocationRecord[]>()))
  for (const chunk of view.store.chunks) {
    const { kind, base } = chunk.allocations
    for (let row = 0; row < chunk.allocationCount; row++) {
      if (kind[row] !== AllocationKind.VMALLOC && kind[row] !== AllocationKind.VMAP) continue
      const record = view.store.allocation(chunk.firstAllocation + row)
      if (record === null) continue
      const list = found.get(base[row])
      if (list === undefined) found.set(base[row], [record])
      else list.push(record)
    }
  }
  return found
}

/** Answers `space` for vmalloc space at the cursor's step. */
export function vmallocView(view: RunView): SpaceView {
  const { cursor, info } = view
  const first = Number(info.vmallocStart / BigInt(view.pageSize))
  const areas: SpaceArea[] = []
  const pages = new PageList()
  for (const start of spaceHistory(view).ranges) {
    const value = cursor.value(Field.VMAP_RANGE, start)
    if (value === 0) continue
    const count = value % VMAP_LAZY
    const record = areaAllocations(view)
      .get(start)
      ?.findLast(({ step }) => step <= cursor.step)
    const parts = {
      page: first + start,
      name: record === undefined ? '' : view.label(record.id),
      allocation: record?.id ?? 0,
      step: record?.step ?? 0,
    }
    if (value >= VMAP_LAZY) {
      areas.push(areaOf(view, 'lazy', { ...parts, pages: count, detail: 'freed, waits for a purge' }))
      continue
    }
    const what = record?.kind === AllocationKind.VMAP ? 'vmap' : 'vmalloc'
    const bytes = record?.size ?? (count - 1) * view.pageSize
    areas.push(areaOf(view, 'area', { ...parts, pages: count - 1, detail: what, bytes }))
    areas.push(
      areaOf(view, 'guard', { ...parts, page: first + start + count - 1, pages: 1, name: 'guard page', bytes: 0 }),
    )
    for (let i = start; i < start + count - 1; i++) {
      const pfn = cursor.vmap(i) - 1
      if (pfn >= 0) pages.add(first + i, pfn, BITS)
    }
  }
  return pages.answer(view, { id: 'vmalloc', pageShift: info.pageShift, note: '', areas })
}
