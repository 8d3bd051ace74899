/** Merges marks that fall on the same pixels, so that a bar of a million events costs no more than its width. */
import type { TimelineTick } from '../../../src-core/protocol/messages.ts'

/** Which kinds stay visible when several fall together: broken rules first. */
const WEIGHT: Readonly<Record<TimelineTick['kind'], number>> = {
  violation: 10,
  invalidated: 9,
  free: 8,
  allocate: 7,
  move: 6,
  put: 5,
  reference: 5,
  unmap: 4,
  map: 4,
  write: 3,
  derive: 2,
  read: 1,
}

/** Ticks at least `gap` pixels apart; of those merged the weightiest stays, with the sum of their counts. */
export function mergeTicks(
  ticks: readonly TimelineTick[],
  toX: (step: number) => number,
  gap: number,
): { readonly x: number; readonly tick: TimelineTick }[] {
  const merged: { x: number; tick: TimelineTick }[] = []
  for (const tick of [...ticks].sort((a, b) => a.step - b.step)) {
    const x = toX(tick.step)
    const last = merged.at(-1)
    if (last === undefined || x - last.x >= gap) {
      merged.push({ x, tick })
      continue
    }
    const count = last.tick.count + tick.count
    const heavier = WEIGHT[tick.kind] > WEIGHT[last.tick.kind]
    merged[merged.length - 1] = heavier ? { x, tick: { ...tick, count } } : { x: last.x, tick: { ...last.tick, count } }
  }
  return merged
}
