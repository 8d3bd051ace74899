/** What a walk has planned along its present path, by depth. It can be made plain data of, and be made from that. */
import { put } from '../base/packed.ts'
import { dependent, type Event } from './event.ts'
import { EventTable, unpackEvents, type EventPacker } from './event-table.ts'
import { int32Of, type PackedPlan } from './packed-plan.ts'
import { NO_BRANCH, WakeupTrees } from './wakeup-trees.ts'

const NOTHING: readonly Event[] = []

/** True if an event that others have is still theirs after another one. */
function isKept(guard: Event, event: Event): boolean {
  return guard.process !== event.process && !dependent(guard, event)
}

export class PlannedPath {
  readonly table = new EventTable()
  readonly trees = new WakeupTrees(this.table)
  /** Events that need not be explored here any more; first of the branches left. */
  readonly sleep: Event[][] = [[]]
  readonly tree: number[] = [NO_BRANCH]
  /**
   * Events that other parts have and that nothing made so far depends on. Whoever would make one next is as good as
   * disabled: what it could do belongs to another part.
   */
  readonly guards: (readonly Event[])[] = []
  /** Depth at which the first of them are given; Infinity = there are none. */
  guarded = Infinity

  /** Those that sleep at a depth: may be changed. */
  asleep(depth: number): Event[] {
    while (this.sleep.length <= depth) this.sleep.push([])
    return this.sleep[depth]!
  }

  /** Says which events stay with other parts after the one at `depth`. */
  guard(depth: number, event: Event): void {
    const before = this.guards[depth] ?? NOTHING
    // By hand: in a locked-down realm the natives make a detour.
    let kept = 0
    while (kept < before.length && isKept(before[kept]!, event)) kept++
    if (kept === before.length) {
      put(this.guards, depth + 1, before, NOTHING)
      return
    }
    const left: Event[] = []
    for (let i = 0; i < before.length; i++) if (isKept(before[i]!, event)) left.push(before[i]!)
    put(this.guards, depth + 1, left, NOTHING)
  }

  /** Nothing is planned any more. */
  forget(): void {
    const { tree, trees, sleep } = this
    for (let depth = 0; depth < tree.length; depth++) {
      trees.dropAll(tree[depth] ?? NO_BRANCH)
      tree[depth] = NO_BRANCH
      if (sleep[depth] !== undefined) sleep[depth]!.length = 0
    }
    this.guards.length = 0
    this.guarded = Infinity
  }

  /** What is planned from one depth to another. */
  pack(from: number, to: number, packer: EventPacker): PackedPlan {
    const sleep: number[][] = []
    const guards: number[][] = []
    const trees: Int32Array[] = []
    for (let d = from; d <= to; d++) {
      sleep.push(packer.packAll(this.sleep[d] ?? NOTHING))
      guards.push(packer.packAll(this.guards[d] ?? NOTHING))
      trees.push(int32Of(this.trees.pack(this.tree[d] ?? NO_BRANCH, packer)))
    }
    return { events: packer.events, from, sleep, guards, trees }
  }

  /** Plans what `pack` gave. Returns, by event of the message, its number in the table. */
  unpack({ events, from, sleep, guards, trees }: PackedPlan): number[] {
    const ids = unpackEvents(events, this.table)
    guards.forEach((own, i) => {
      if (own.length === 0) return
      this.guarded = Math.min(this.guarded, from + i)
      put(
        this.guards,
        from + i,
        own.map((local) => this.table.event(ids[local]!)),
        NOTHING,
      )
    })
    sleep.forEach((own, i) => {
      const asleep = this.asleep(from + i)
      asleep.length = 0
      for (const local of own) asleep.push(this.table.event(ids[local]!))
    })
    trees.forEach((numbers, i) => put(this.tree, from + i, this.trees.unpack(numbers, ids), NO_BRANCH))
    return ids
  }
}
