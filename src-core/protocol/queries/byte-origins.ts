/**
 * Where bytes come from: the step that changed each one last (the trace keeps no writes of what was there), and whether
 * it is poison or a red zone that an allocator's debugging left. A value alone says nothing: a driver may write 0x6b
 * too. What they belong to, whatever they hold, is `byte-regions.ts`.
 *
 * Kernel: mm/slub.c init_object(), include/linux/poison.h; KERNEL_FACTS 3.6.
 */
import { Field } from '../../trace/fields.ts'
import { Op } from '../../trace/ops.ts'
import { PAGE_POISON } from '../../trace/boot-state.ts'
import { Painted, type Calls } from '../messages.ts'
import { writeRegions } from './byte-regions.ts'
import type { RunView } from './run-view.ts'
import { slabAt, type SlabPlace } from './slab-objects.ts'
import { stepsOf } from './target-steps.ts'

/** Most bytes of one answer. */
const MOST_BYTES = 4096
const POISON_FREE = 0x6b
const POISON_END = 0xa5
const POISON_INUSE = 0x5a
const RED_ACTIVE = 0xcc
const RED_INACTIVE = 0xbb

/** Answers `origins`. */
export function originsOf(view: RunView, ask: Calls['origins']['ask']): Calls['origins']['answer'] {
  view.cursor.seek(ask.step)
  const room = Math.max(0, view.info.frames * view.pageSize - ask.address)
  const length = Math.min(ask.length, room, MOST_BYTES)
  const steps = new Uint32Array(length)
  const painted = new Uint8Array(length)
  const regions = new Uint8Array(length)
  const first = Math.floor(ask.address / view.pageSize)
  const last = Math.floor((ask.address + Math.max(length, 1) - 1) / view.pageSize)
  for (let pfn = first; pfn <= last && length > 0; pfn++) {
    const from = Math.max(ask.address, pfn * view.pageSize)
    const to = Math.min(ask.address + length, (pfn + 1) * view.pageSize)
    trace(view, pfn, ask.address, from, to, steps, painted)
    const slab = slabAt(view, pfn)
    if (slab !== null) writeRegions(view, slab, { from, to, start: ask.address }, regions)
    if (view.info.pagePoison === true) poisoned(view, pfn, ask.address, from, to, steps, painted)
  }
  return { steps, painted, regions }
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

/** Marks what the page allocator poisoned, and nobody wrote to since: at a free, or before the first step. */
function poisoned(
  view: RunView,
  pfn: number,
  start: number,
  from: number,
  to: number,
  steps: Uint32Array,
  painted: Uint8Array,
): void {
  if (!view.info.zones.some((zone) => pfn >= zone.start && pfn < zone.end)) return
  const bytes = view.cursor.bytes(from, to - from)
  let known = 0
  let isFree = true
  for (let at = from; at < to; at++) {
    const step = steps[at - start]
    if (bytes[at - from] !== PAGE_POISON) continue
    if (step !== known) isFree = step === 0 || changes(view, step, Field.USE, pfn)
    known = step
    if (isFree) painted[at - start] = Painted.PAGE_POISON
  }
}

/** What a write of `byte` left at an address, if the slab allocator did it: the step took, freed or made the object. */
function paintOf(view: RunView, slab: SlabPlace, step: number, at: number, byte: number): number {
  const { cache, first, objects } = slab
  const slot = Math.floor((at - first * view.pageSize) / cache.stride)
  if (slot < 0) return Painted.NONE
  if (slot >= objects) return paddingOf(view, step, first, byte)
  const object = first * view.pageSize + slot * cache.stride + cache.firstObject
  if (!isAllocators(view, step, object, first)) return Painted.NONE
  const inside = at - object
  if (inside >= 0 && inside < cache.objectSize) {
    // krealloc copies bytes of the old object, which may be anything.
    if (view.store.opKind(step) === Op.krealloc) return Painted.NONE
    const isEnd = inside === cache.objectSize - 1
    if (byte !== (isEnd ? POISON_END : POISON_FREE)) return Painted.NONE
    if (view.cursor.object(object) !== 0) return Painted.UNWRITTEN
    return isEnd ? Painted.POISON_END : Painted.POISON_FREE
  }
  if (byte === RED_ACTIVE) return Painted.RED_ACTIVE
  return byte === RED_INACTIVE ? Painted.RED_INACTIVE : paddingOf(view, step, first, byte)
}

function paddingOf(view: RunView, step: number, first: number, byte: number): number {
  return byte === POISON_INUSE && changes(view, step, Field.SLAB, first) ? Painted.PADDING : Painted.NONE
}

/** True if a delta of the step changed a field of a frame. */
function changes(view: RunView, step: number, wanted: Field, pfn: number): boolean {
  const range = view.store.deltasOf(step)
  if (range === null) return false
  const { field, index } = range.chunk.deltas
  for (let d = range.from; d < range.to; d++) if (field[d] === wanted && index[d] === pfn) return true
  return false
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
