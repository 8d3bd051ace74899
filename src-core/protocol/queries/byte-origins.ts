/**
 * Where bytes come from: the step that changed each one last (the trace keeps no writes of what was there), and whether
 * it is poison or a red zone that the slab allocator's debugging left. A value alone says nothing: a driver may write
 * 0x6b too.
 *
 * Kernel: mm/slub.c init_object(), include/linux/poison.h; KERNEL_FACTS 3.6.
 */
import { Field } from '../../trace/fields.ts'
import { Op } from '../../trace/ops.ts'
import { Painted, type Calls } from '../messages.ts'
import type { RunView } from './run-view.ts'
import { slabAt, type SlabPlace } from './slab-objects.ts'
import { stepsOf } from './target-steps.ts'

/** Most bytes of one answer. */
const MOST_BYTES = 4096
const POISON_FREE = 0x6b
const POISON_END = 0xa5
const RED_ACTIVE = 0xcc
const RED_INACTIVE = 0xbb

/** Answers `origins`. */
export function originsOf(view: RunView, ask: Calls['origins']['ask']): Calls['origins']['answer'] {
  view.cursor.seek(ask.step)
  const room = Math.max(0, view.info.frames * view.pageSize - ask.address)
  const length = Math.min(ask.length, room, MOST_BYTES)
  const steps = new Uint32Array(length)
  const painted = new Uint8Array(length)
  const first = Math.floor(ask.address / view.pageSize)
  const last = Math.floor((ask.address + Math.max(length, 1) - 1) / view.pageSize)
  for (let pfn = first; pfn <= last && length > 0; pfn++) {
    const from = Math.max(ask.address, pfn * view.pageSize)
    const to = Math.min(ask.address + length, (pfn + 1) * view.pageSize)
    trace(view, pfn, ask.address, from, to, steps, painted)
  }
  return { steps, painted }
}

/** Goes back through the steps that touched a frame until each byte of [from, to) has its writer. */
function trace(
  view: RunView,
  pfn: number,
  start: number,
  from: number,
  to: number,
  steps: Uint32Array,
  painted: Uint8Array,
): void {
  const slab = slabAt(view, pfn)
  const touching = stepsOf(view, { pfn })
  let left = to - from
  for (let i = touching.length - 1; i >= 0 && left > 0; i--) {
    const step = touching[i]!
    if (step > view.cursor.step) continue
    const range = view.store.deltasOf(step)
    if (range === null) continue
    const { field, index, old, new: value } = range.chunk.deltas
    for (let d = range.to - 1; d >= range.from; d--) {
      if (field[d] !== Field.BYTES && field[d] !== Field.FILL) continue
      const begin = Math.max(from, index[d])
      const end = Math.min(to, index[d] + value[d])
      for (let at = begin; at < end; at++) {
        if (steps[at - start] !== 0) continue
        steps[at - start] = step
        left--
        if (slab === null) continue
        // BYTES: the arena holds the old bytes, then the new ones.
        const place = field[d] === Field.FILL ? old[d] : old[d] + value[d] + at - index[d]
        painted[at - start] = paintOf(view, slab, step, at, range.chunk.arena[place]!)
      }
    }
  }
}

/** What a write of `byte` left at an address, if the slab allocator did it: the step took, freed or made the object. */
function paintOf(view: RunView, slab: SlabPlace, step: number, at: number, byte: number): number {
  const { cache, first, objects } = slab
  const slot = Math.floor((at - first * view.pageSize) / cache.stride)
  if (slot < 0 || slot >= objects) return Painted.NONE
  const object = first * view.pageSize + slot * cache.stride + cache.firstObject
  // krealloc copies bytes of the old object, which may be anything.
  if (view.store.opKind(step) === Op.krealloc || !isAllocators(view, step, object, first)) return Painted.NONE
  const inside = at - object
  if (inside >= 0 && inside < cache.objectSize) {
    const isEnd = inside === cache.objectSize - 1
    if (byte !== (isEnd ? POISON_END : POISON_FREE)) return Painted.NONE
    if (view.cursor.object(object) !== 0) return Painted.UNWRITTEN
    return isEnd ? Painted.POISON_END : Painted.POISON_FREE
  }
  return byte === RED_ACTIVE ? Painted.RED_ACTIVE : byte === RED_INACTIVE ? Painted.RED_INACTIVE : Painted.NONE
}

/** True if a step put the object into use or out of it, or made its slab. */
function isAllocators(view: RunView, step: number, object: number, first: number): boolean {
  const range = view.store.deltasOf(step)
  if (range === null) return false
  const { field, index } = range.chunk.deltas
  for (let d = range.from; d < range.to; d++) {
    if (field[d] === Field.OBJECT && index[d] * 8 === object) return true
    if (field[d] === Field.SLAB && index[d] === first) return true
  }
  return false
}
