/**
 * Schedule tokens: which task goes on, as a short text that always replays. A token lists where the schedule departs
 * from the plain rule (the running task goes on as long as it can, then the first that can); after the last
 * departure the rule holds. Tasks are numbered in order of creation and steps are counted, so a token outlives edits
 * of white space; the sum at its end tells whether the program still does what it did.
 *
 * `s1-3.2-1.1~k4x2`: after 3 steps task 2 goes on, 1 step later task 1; `k4x2` sums up the run.
 */
import type { TraceChunk } from '../trace/chunk.ts'
import { Went, type SchedulePolicy } from './schedule-policy.ts'
import type { StepSense } from './step-sense.ts'

/** From step `at` on (steps made before, from 0) `task` goes on. */
export interface Departure {
  readonly at: number
  readonly task: number
}

export interface Schedule {
  readonly departures: readonly Departure[]
  /** What the run was like when the token was made; null = not said. */
  readonly sum: string | null
}

const PREFIX = 's1'

export function scheduleToken({ departures, sum }: Schedule): string {
  let before = 0
  const parts = departures.map(({ at, task }) => {
    const part = `-${(at - before).toString(36)}.${task.toString(36)}`
    before = at
    return part
  })
  return `${PREFIX}${parts.join('')}${sum === null ? '' : `~${sum}`}`
}

/** Reads a token; a text says what is wrong with it. */
export function parseSchedule(token: string): Schedule | string {
  const match = /^([a-z0-9]+)((?:-[0-9a-z]{1,7}\.[0-9a-z]{1,4})*)(?:~([0-9a-z]{1,8}))?$/.exec(token.trim())
  if (match === null) return `"${token.slice(0, 60)}" is no schedule token (they look like ${PREFIX}-3.2-1.1~k4x2)`
  if (match[1] !== PREFIX) return `the schedule token begins with "${match[1]}"; this version reads "${PREFIX}"`
  let at = 0
  const departures = (match[2] ?? '')
    .split('-')
    .slice(1)
    .map((part) => {
      const [steps = '0', task = '0'] = part.split('.')
      at += parseInt(steps, 36)
      return { at, task: parseInt(task, 36) }
    })
  return { departures, sum: match[3] ?? null }
}

/** What a run did, summed up: its tasks and operations in order, without places in the source. */
export function runSum(chunks: readonly TraceChunk[]): string {
  let hash = 0x811c_9dc5
  for (const { ops, opCount } of chunks) {
    const { kind, task } = ops
    for (let i = 0; i < opCount; i++) hash = Math.imul(Math.imul(hash ^ kind[i]!, 0x0100_0193) ^ task[i]!, 0x0100_0193)
  }
  hash ^= hash >>> 15
  return (hash >>> 0).toString(36).slice(-4).padStart(4, '0')
}

/** The task that the rule picks: the one that ran last, else the first. */
export function byRule(last: number, able: readonly number[]): number {
  return able.includes(last) ? last : able[0]!
}

/** Runs a program as a token says. A departure to a task that cannot go on is passed over. */
export class TokenPolicy implements SchedulePolicy {
  private made = 0
  private next = 0
  private last = -1
  /** Departures that named a task that could not go on. */
  missed = 0

  constructor(
    private readonly schedule: Schedule,
    /** Says which steps that recorded nothing count: the session's. */
    protected readonly sense: StepSense,
  ) {}

  known(): number {
    return -1
  }

  pick(able: readonly number[]): number {
    const task = this.following(able)
    this.sense.begin(task)
    return task
  }

  private following(able: readonly number[]): number {
    const { departures } = this.schedule
    const departure = departures[this.next]
    if (departure === undefined || departure.at > this.made) return byRule(this.last, able)
    if (able.includes(departure.task)) return departure.task
    this.missed++
    this.next++
    return byRule(this.last, able)
  }

  went(task: number, result: Went): void {
    const what = result === Went.BLOCKED && this.sense.isStep(task) ? Went.STEPPED : result
    const departure = this.schedule.departures[this.next]
    const isDue = departure !== undefined && departure.at <= this.made
    if (what === Went.BLOCKED && isDue && departure.task === task) {
      // It waits after all.
      this.missed++
      this.next++
      return
    }
    if (what === Went.BLOCKED) return
    if (isDue) this.next++
    this.made++
    this.last = task
  }

  added(): void {
    // Tasks are named by number.
  }
  stuck(): void {
    // The run tells.
  }
}
