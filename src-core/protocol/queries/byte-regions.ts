/**
 * What the bytes of a slab belong to: an object, what SLUB's debugging and KASAN keep around it, or nothing.
 *
 * Kernel: mm/slub.c, calculate_sizes(): without debugging the free pointer lies in the middle of a free object.
 */
import { wordSize } from '../../trace/abi.ts'
import type { CacheInfo } from '../../trace/record.ts'
import { slotParts, type SlotPart, type SlotPartName } from '../../trace/slot-parts.ts'
import { ByteRegion } from '../messages.ts'
import type { RunView } from './run-view.ts'
import type { SlabPlace } from './slab-objects.ts'

const REGION: Readonly<Record<SlotPartName, ByteRegion>> = {
  'left-red-zone': ByteRegion.LEFT_RED_ZONE,
  object: ByteRegion.OBJECT,
  'right-red-zone': ByteRegion.RIGHT_RED_ZONE,
  'free-pointer': ByteRegion.FREE_POINTER,
  'alloc-track': ByteRegion.ALLOC_TRACK,
  'free-track': ByteRegion.FREE_TRACK,
  'requested-size': ByteRegion.REQUESTED_SIZE,
  'kasan-record': ByteRegion.KASAN_RECORD,
  'kasan-red-zone': ByteRegion.KASAN_RED_ZONE,
  padding: ByteRegion.PADDING,
}

/** Writes the region of each byte of [from, to), which lie in the slab, to `out`, whose first byte is at `start`. */
export function writeRegions(
  view: RunView,
  { cache, first, objects }: SlabPlace,
  range: { readonly from: number; readonly to: number; readonly start: number },
  out: Uint8Array,
): void {
  const slab = first * view.pageSize
  const put = (region: ByteRegion, begin: number, end: number): void => {
    const [at, stop] = [Math.max(begin, range.from), Math.min(end, range.to)]
    if (at < stop) out.fill(region, at - range.start, stop - range.start)
  }
  put(ByteRegion.SLAB_REST, slab + objects * cache.stride, Infinity)
  const parts = partsOf(cache)
  const last = Math.min(objects, Math.ceil((range.to - slab) / cache.stride))
  for (let slot = Math.max(0, Math.floor((range.from - slab) / cache.stride)); slot < last; slot++) {
    let at = slab + slot * cache.stride
    for (const { name, bytes } of parts) {
      put(REGION[name], at, at + bytes)
      at += bytes
    }
    putObject(view, cache, slab + slot * cache.stride + cache.firstObject, put)
  }
}

/** The parts of the object itself: what was asked for of it, or where its free pointer lies. */
function putObject(
  view: RunView,
  cache: CacheInfo,
  object: number,
  put: (region: ByteRegion, begin: number, end: number) => void,
): void {
  const end = object + cache.objectSize
  const record = view.store.allocation(view.cursor.object(object))
  if (record !== null) {
    put(ByteRegion.SLACK, object + record.size, end)
    return
  }
  put(ByteRegion.FREE_OBJECT, object, end)
  if (partsOf(cache).some(({ name }) => name === 'free-pointer')) return
  const word = wordSize(view.info)
  const pointer = object + Math.floor(cache.objectSize / 2 / word) * word
  put(ByteRegion.FREE_POINTER, pointer, Math.min(pointer + word, end))
}

/** A trace of an earlier version says no more than where the object is. */
function partsOf({ parts, firstObject, objectSize, stride }: CacheInfo): readonly SlotPart[] {
  return (
    parts ??
    slotParts([
      ['left-red-zone', firstObject],
      ['object', objectSize],
      ['padding', stride - firstObject - objectSize],
    ])
  )
}
