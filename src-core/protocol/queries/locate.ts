/** Where memory lies, and its bytes. */
import { useAllocation } from '../../trace/fields.ts'
import type { Calls, Target } from '../messages.ts'
import type { RunView } from './run-view.ts'

/** Most bytes of one answer. */
const MAX_BYTES = 65_536

export interface Location {
  /** First frame; -1 if the memory has none at this step. */
  readonly pfn: number
  readonly frames: number
  readonly allocation: number
}

/** Answers `locate`. Memory outside page frames (caches, Rust owners) has none. */
export function locate(view: RunView, ask: Calls['locate']['ask']): Location {
  view.cursor.seek(ask.step)
  return locateTarget(view, ask.target)
}

/** Location of a target at the cursor's step. */
export function locateTarget(view: RunView, target: Target): Location {
  if ('pfn' in target) {
    const known = target.pfn >= 0 && target.pfn < view.info.frames
    return known
      ? { pfn: target.pfn, frames: 1, allocation: useAllocation(view.cursor.use(target.pfn)) }
      : { pfn: -1, frames: 0, allocation: 0 }
  }
  const record = view.store.allocation(target.allocation)
  if (record === null) return { pfn: -1, frames: 0, allocation: 0 }
  const pfn = view.firstFrame(record)
  return { pfn, frames: pfn < 0 ? 0 : view.frameCount(record), allocation: target.allocation }
}

/** Answers `bytes`: content of physical memory at a step, cut to the machine and to 64 KiB. */
export function bytesAt(view: RunView, ask: Calls['bytes']['ask']): { readonly bytes: Uint8Array } {
  view.cursor.seek(ask.step)
  const room = Math.max(0, view.info.frames * view.pageSize - ask.address)
  return { bytes: view.cursor.bytes(ask.address, Math.min(ask.length, room, MAX_BYTES)) }
}
