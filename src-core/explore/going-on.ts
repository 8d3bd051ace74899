/** Who goes on where nothing is planned. */
import type { Event } from './event.ts'
import { has } from './trail.ts'

/** Events that a process makes in a row, where nothing says who goes on, before another one does. */
const LONGEST_STREAK = 64

/** True if a process has one of some events. */
export function isAsleep(sleep: readonly Event[], process: number): boolean {
  for (let i = 0; i < sleep.length; i++) if (sleep[i]!.process === process) return true
  return false
}

/** The process that made the last event, `streak` of them in a row, or another one of those that can go on. */
export function anybody(able: readonly number[], last: number, streak: number): number {
  if (!has(able, last)) return able[0]!
  // Who waits in a loop for another task has to let it go on some time.
  return streak < LONGEST_STREAK ? last : (able.find((process) => process > last) ?? able[0]!)
}

/** The same among those whose next event is not one of some; -1 = there is nobody. */
export function anybodyBut(guards: readonly Event[], able: readonly number[], last: number, streak: number): number {
  const free = able.filter((process) => !isAsleep(guards, process))
  if (free.includes(last) && streak < LONGEST_STREAK) return last
  return free.find((process) => process > last) ?? free[0] ?? -1
}
