/** The objects of a slab page at the cursor's step. */
import { Field, useAllocation } from '../../trace/fields.ts'
import type { CacheInfo } from '../../trace/record.ts'
import type { RunView } from './run-view.ts'

/** A slab: its cache and its first frame. */
export interface SlabPlace {
  readonly cache: CacheInfo
  readonly first: number
  /** Its pages and objects: fewer than the cache asks for where memory was short. */
  readonly frames: number
  readonly objects: number
}

export interface SlabObject {
  /** Physical address. */
  readonly address: number
  /** Allocation in it; 0 = free. */
  readonly allocation: number
}

/** The slab that a frame belongs to at the cursor's step; null if it is no slab page. */
export function slabAt(view: RunView, pfn: number): SlabPlace | null {
  const { cursor } = view
  const record = view.store.allocation(useAllocation(cursor.use(pfn)))
  const first = record === null ? pfn : record.base
  const id = cursor.slab(first)
  const cache = id === 0 ? undefined : view.cache(id - 1)
  if (cache === undefined) return null
  const frames = record === null ? 2 ** cache.order : Math.max(1, Math.floor(record.size / view.pageSize))
  return { cache, first, frames, objects: Math.floor((frames * view.pageSize) / cache.stride) }
}

/** Objects that start in a frame of a slab, in order of addresses. */
export function objectsOfFrame(view: RunView, { cache, first, objects }: SlabPlace, pfn: number): SlabObject[] {
  const { pageSize, cursor } = view
  const start = first * pageSize + cache.firstObject
  const out: SlabObject[] = []
  const from = Math.max(0, Math.ceil((pfn * pageSize - start) / cache.stride))
  for (let i = from; i < objects; i++) {
    const address = start + i * cache.stride
    if (address >= (pfn + 1) * pageSize) break
    out.push({ address, allocation: cursor.object(address) })
  }
  return out
}

/** Allocation in the first object in use that starts in a frame of a slab; 0 if there is none. */
export function firstObjectOfFrame(view: RunView, { cache, first, objects }: SlabPlace, pfn: number): number {
  const { pageSize, cursor } = view
  const start = first * pageSize + cache.firstObject
  const end = (pfn + 1) * pageSize
  for (let i = Math.max(0, Math.ceil((pfn * pageSize - start) / cache.stride)); i < objects; i++) {
    const address = start + i * cache.stride
    if (address >= end) break
    const allocation = cursor.object(address)
    if (allocation !== 0) return allocation
  }
  return 0
}

/** True if a delta of the step put an object at an address into use or out of it. */
export function objectChanged(view: RunView, step: number, address: number): boolean {
  const range = view.store.deltasOf(step)
  if (range === null) return false
  const { field, index } = range.chunk.deltas
  for (let d = range.from; d < range.to; d++) {
    if (field[d] === Field.OBJECT && index[d] * 8 === address) return true
  }
  return false
}
