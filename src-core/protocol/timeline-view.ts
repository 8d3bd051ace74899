/** What the core says of a range of steps, for the timeline: lanes, tracks, bars of memories, totals. */

/** A bar of the timeline: one piece of memory from its allocation to its free. */
export interface TimelineBar {
  readonly allocation: number
  /** Name it was stored in, else what made it. */
  readonly label: string
  /** AllocationKind name. */
  readonly kind: string
  /** Task that owns it (hue). */
  readonly owner: number
  readonly from: number
  /** Step of the free; `steps + 1` if it still lived at the end. */
  readonly to: number
  readonly freed: boolean
  /** Events inside the bar, merged to at most one a pixel. */
  readonly ticks: readonly TimelineTick[]
  /** Moves of its ownership, in order of steps. */
  readonly moves: readonly TimelineMove[]
  /** Rights of others on it, to be drawn nested: a reference, a PTE, a pin, a scatterlist entry, DMA, a borrow. */
  readonly rights: readonly {
    readonly kind: string
    readonly from: number
    readonly to: number
    readonly holder: number
  }[]
  /** First of the bytes, for the tooltip. */
  readonly address: string
  readonly bytes: number
}
export interface TimelineTick {
  readonly step: number
  readonly kind:
    | 'allocate'
    | 'reference'
    | 'put'
    | 'map'
    | 'unmap'
    | 'read'
    | 'write'
    | 'derive'
    | 'free'
    | 'move'
    | 'violation'
    | 'invalidated'
  /** Events merged into it. */
  readonly count: number
}
export interface TimelineLane {
  /** The first of `tasks`: it gives the lane its hue. */
  readonly task: number
  /** Tasks of the lane: one, or all handlers of an interrupt, each of whose runs is a task of its own. */
  readonly tasks: readonly number[]
  readonly name: string
  readonly context: string
  /** Stretches in which the task ran, merged to the resolution asked for: [from, to] pairs of steps. */
  readonly runs: readonly (readonly [number, number])[]
}
/** Ownership of a memory moved at a step. */
export interface TimelineMove {
  readonly step: number
  /** Task that holds it from now on; -1 = no task: a raw pointer, RCU. */
  readonly task: number
  readonly what: string
}
export type TrackGroup = 'irq' | 'lock' | 'rcu' | 'reclaim' | 'device'
/** A stretch of a track: a lock held, an RCU section, a grace period, a scan. Both ends are in it. */
export interface TimelineSpan {
  readonly from: number
  /** `steps + 1` if it went on at the end of the run. */
  readonly to: number
  readonly task: number
  readonly label: string
  /** Spans merged into it, because they share a pixel. */
  readonly count: number
}
/** A lane that is no task's. */
export interface TimelineTrack {
  /** Stays the same for one run. */
  readonly id: string
  readonly group: TrackGroup
  readonly name: string
  readonly spans: readonly TimelineSpan[]
}
/** What happened between two steps. Bytes are those of whole allocations. */
export interface TimelineTotals {
  readonly from: number
  readonly to: number
  readonly steps: number
  readonly deltas: number
  readonly made: number
  readonly madeBytes: number
  readonly freed: number
  readonly freedBytes: number
  readonly gets: number
  readonly puts: number
  readonly maps: number
  readonly unmaps: number
  readonly reads: number
  readonly writes: number
  readonly writtenBytes: number
  readonly failed: number
  readonly violations: number
  readonly tasks: readonly { readonly task: number; readonly steps: number }[]
}
export interface Timeline {
  readonly lanes: readonly TimelineLane[]
  readonly tracks: readonly TimelineTrack[]
  readonly bars: readonly TimelineBar[]
  /** Bars in the range that did not fit `maxBars`. */
  readonly hidden: number
}
