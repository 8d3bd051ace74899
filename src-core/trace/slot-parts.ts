/**
 * What the place of one object in a slab is made of, from its first byte to the next place. Part of the trace format:
 * the names stand in the header of a file.
 *
 * Kernel: mm/slub.c, the comment on object layout above check_pad_bytes(), calculate_sizes(); mm/kasan/generic.c,
 * kasan_cache_create().
 */
export const SLOT_PART_NAMES = [
  'left-red-zone',
  'object',
  'right-red-zone',
  'free-pointer',
  'alloc-track',
  'free-track',
  'requested-size',
  'kasan-record',
  'kasan-red-zone',
  'padding',
] as const
export type SlotPartName = (typeof SLOT_PART_NAMES)[number]

/** Parts lie one behind the other; none is empty. */
export interface SlotPart {
  readonly name: SlotPartName
  readonly bytes: number
}

/** The parts that have bytes. */
export function slotParts(parts: readonly (readonly [SlotPartName, number])[]): SlotPart[] {
  return parts.filter(([, bytes]) => bytes > 0).map(([name, bytes]) => ({ name, bytes }))
}
