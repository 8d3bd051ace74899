/** What a walk has planned, as plain data: for files, and for other workers. */
import type { Reversal } from './reversal.ts'
import type { SavedEvent } from './saved-event.ts'
import type { Event } from './event.ts'
import { unpackEvents, type EventPacker, type EventTable } from './event-table.ts'

/** Sleep sets, guards and wakeup trees of a path, from depth `from` on. Events are numbers of `events`. */
export interface PackedPlan {
  readonly events: readonly SavedEvent[]
  readonly from: number
  readonly sleep: readonly (readonly number[])[]
  /** By depth: events that others have (OptimalWalk). */
  readonly guards: readonly (readonly number[])[]
  /** WakeupTrees.pack */
  readonly trees: readonly ArrayLike<number>[]
}

/**
 * Reversals one after the other: the depth where they belong, how many events there are before the end, the end and
 * whether that is a guess, the events, and as bits, event by event, which of those before it happen before it and
 * whether it leads to the end.
 */
export class ReversalPacker {
  private readonly numbers: number[] = []

  constructor(
    private readonly table: EventTable,
    private readonly packer: EventPacker,
  ) {}

  add(depth: number, reversal: Reversal): void {
    const { numbers, table, packer } = this
    const { length, end } = reversal
    const local = (event: Event): number => packer.pack(table.number(event))
    numbers.push(depth, length, local(end) * 2 + (end.unsure ? 1 : 0))
    for (let i = 0; i < length; i++) numbers.push(local(reversal.event(i)))
    for (let i = 0; i < length; i++) {
      for (let word = 0; word <= i >> 5; word++) {
        let bits = 0
        for (let j = word * 32; j < Math.min(i, word * 32 + 32); j++) if (reversal.before(j, i)) bits |= 1 << (j & 31)
        if (word === i >> 5 && reversal.leadsToEnd(i)) bits |= 1 << (i & 31)
        numbers.push(bits)
      }
    }
  }

  pack(): Int32Array {
    return int32Of(this.numbers)
  }
}

/** A list as a column. In a locked-down realm the constructor goes through the list's iterator. */
export function int32Of(numbers: readonly number[]): Int32Array {
  const column = new Int32Array(numbers.length)
  for (let i = 0; i < column.length; i++) column[i] = numbers[i]!
  return column
}

/** One of the reversals of a message. */
class PackedReversal implements Reversal {
  constructor(
    readonly end: Event,
    private readonly events: readonly Event[],
    private readonly rows: readonly Int32Array[],
  ) {}

  get length(): number {
    return this.events.length
  }
  event(i: number): Event {
    return this.events[i]!
  }
  process(i: number): number {
    return this.events[i]!.process
  }
  before(j: number, i: number): boolean {
    return ((this.rows[i]![j >> 5]! >>> (j & 31)) & 1) === 1
  }
  leadsToEnd(i: number): boolean {
    return this.before(i, i)
  }
}

/** The reversals of a message, with the depths where they belong. */
export function unpackReversals(
  numbers: Int32Array,
  events: readonly SavedEvent[],
  table: EventTable,
): { readonly depth: number; readonly reversal: Reversal }[] {
  const ids = unpackEvents(events, table)
  const found: { depth: number; reversal: Reversal }[] = []
  for (let at = 0; at < numbers.length;) {
    const depth = numbers[at]!
    const length = numbers[at + 1]!
    const end = numbers[at + 2]!
    at += 3
    const own = Array.from({ length }, (_, i) => table.event(ids[numbers[at + i]!]!))
    at += length
    const rows = own.map((_, i) => {
      const words = (i >> 5) + 1
      at += words
      return numbers.subarray(at - words, at)
    })
    found.push({ depth, reversal: new PackedReversal(ending(table.event(ids[end >> 1]!), (end & 1) === 1), own, rows) })
  }
  return found
}

/** An event of a table as the end of a reversal. */
function ending(event: Event, isGuess: boolean): Event {
  if (event.unsure === isGuess) return event
  const copy = Object.assign(Object.create(Object.getPrototypeOf(event) as object) as Event, event)
  copy.unsure = isGuess
  return copy
}
