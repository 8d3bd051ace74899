/**
 * Events as numbers. What is planned names events by the hundred thousand, most of them the same few: an event is kept
 * once for all that touch the same things in the same way and belong to the same process.
 */
import { restoreEvent, saveEvent, type SavedEvent } from './saved-event.ts'
import type { Event } from './event.ts'

export class EventTable {
  private readonly events: Event[] = []
  /** By hash of what they touch: the newest event. By event: the one before it with the same hash, -1 = none. */
  private readonly newest = new Map<number, number>()
  private readonly before: number[] = []

  /** The number of an event: the same for events that nothing which is planned can tell apart. */
  number(event: Event): number {
    if (event.planned >= 0) return event.planned
    const hash = hashOf(event)
    const newest = this.newest.get(hash) ?? -1
    for (let id = newest; id >= 0; id = this.before[id]!) {
      if (isSame(this.events[id]!, event)) return (event.planned = id)
    }
    const id = this.events.length
    this.events.push(event)
    this.before.push(newest)
    this.newest.set(hash, id)
    return (event.planned = id)
  }

  event(id: number): Event {
    return this.events[id]!
  }
}

/** Gives the events of one message numbers of its own. */
export class EventPacker {
  readonly events: SavedEvent[] = []
  private readonly local = new Map<number, number>()

  constructor(private readonly table: EventTable) {}

  /** Number in the message of an event of the table. */
  pack(id: number): number {
    let local = this.local.get(id)
    if (local === undefined) {
      this.local.set(id, (local = this.events.length))
      this.events.push(saveEvent(this.table.event(id)))
    }
    return local
  }

  packAll(events: readonly Event[]): number[] {
    return events.map((event) => this.pack(this.table.number(event)))
  }
}

/** By number in a message: the number in a table. */
export function unpackEvents(events: readonly SavedEvent[], table: EventTable): number[] {
  return events.map((event) => table.number(restoreEvent(event)))
}

/** True if two events of one process conflict with the same ones. */
function isSame(x: Event, y: Event): boolean {
  if (x.process !== y.process || x.global !== y.global || x.count !== y.count) return false
  if (x.key !== y.key || x.low !== y.low || x.high !== y.high || x.way !== y.way) return false
  if (x.stops !== null || y.stops !== null) {
    if (x.stops === null || y.stops === null || x.stops.join() !== y.stops.join()) return false
  }
  if (x.count < 2) return true
  const own = x.accesses()
  return y.accesses().every((number, i) => own[i] === number)
}

function hashOf(event: Event): number {
  let hash = mix(mix(0x811c_9dc5, event.process), event.count)
  hash = mix(hash, event.global ? 1 : 0)
  if (event.count === 1) return mix(mix(mix(mix(hash, event.key), event.low), event.high), event.way)
  for (const number of event.accesses()) hash = mix(hash, number)
  return hash
}

function mix(hash: number, value: number): number {
  return Math.imul(Math.imul(hash ^ value, 0x0100_0193) ^ (value / 2 ** 32), 0x85eb_ca6b)
}
