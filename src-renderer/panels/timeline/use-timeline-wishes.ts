/**
 * What a person asked of the timeline beside the axis: pins, what is unfolded, the filter, hidden groups, and the area
 * with its totals. Pins and hidden groups outlive a run; what names memories of one run does not.
 */
import { markRaw, reactive, shallowRef, watch } from 'vue'
import type { TimelineTotals } from '../../../src-core/protocol/messages.ts'
import { Latest } from '../../canvas/latest.ts'
import { useSessionStore } from '../../stores/session.ts'
import type { LaneGroup } from './head-rows.ts'

/** An area of the timeline in steps, both in it. */
export interface Area {
  readonly from: number
  readonly to: number
}

export function useTimelineWishes(changed: () => void) {
  const session = useSessionStore()
  const filter = shallowRef('')
  const pinnedLanes = shallowRef<readonly string[]>([])
  const pinned = shallowRef<ReadonlySet<number>>(new Set())
  const unfolded = shallowRef<ReadonlySet<number>>(new Set())
  const hiddenGroups = shallowRef<ReadonlySet<LaneGroup>>(new Set())
  const area = shallowRef<Area | null>(null)
  const totals = shallowRef<TimelineTotals | null>(null)

  const question = new Latest<Area & { run: number }, TimelineTotals>(
    (ask) => session.call('totals', ask),
    (answer, ask) => {
      if (ask.run === session.runId && area.value !== null) totals.value = answer
    },
    () => {
      totals.value = null
    },
  )

  function toggled<T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> {
    const next = new Set(set)
    if (!next.delete(member)) next.add(member)
    return next
  }

  const pinLane = (key: string): void => {
    const list = pinnedLanes.value
    pinnedLanes.value = list.includes(key) ? list.filter((each) => each !== key) : [...list, key]
  }
  const pin = (allocation: number): void => {
    pinned.value = toggled(pinned.value, allocation)
  }
  const unfold = (allocation: number): void => {
    unfolded.value = toggled(unfolded.value, allocation)
  }
  const toggleGroup = (group: LaneGroup): void => {
    hiddenGroups.value = toggled(hiddenGroups.value, group)
  }

  /** Chooses the steps between two; null chooses none. */
  function choose(next: Area | null): void {
    if (next === null) {
      area.value = totals.value = null
      question.drop()
      return
    }
    const from = Math.max(1, Math.round(Math.min(next.from, next.to)))
    const to = Math.max(from, Math.round(Math.max(next.from, next.to)))
    if (area.value?.from === from && area.value.to === to) return
    area.value = { from, to }
    question.ask({ run: session.runId, from, to })
  }

  // A program that runs again gives its memories the same numbers, as long as its text says so.
  watch(
    () => session.runId,
    () => choose(null),
  )
  watch(
    () => session.report?.program,
    () => {
      pinned.value = new Set()
      unfolded.value = new Set()
    },
  )
  watch([filter, pinnedLanes, pinned, unfolded, hiddenGroups, area], changed)

  return reactive({
    filter,
    pinnedLanes,
    pinned,
    unfolded,
    hiddenGroups,
    area,
    totals,
    pinLane,
    pin,
    unfold,
    toggleGroup,
    choose,
    question: markRaw(question),
  })
}

export type TimelineWishes = ReturnType<typeof useTimelineWishes>
