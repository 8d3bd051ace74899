/** What a piece is told about the places above it, and what it finds to be missing there. */
import type { Event } from './event.ts'
import type { EventPacker, EventTable } from './event-table.ts'
import { ReversalPacker } from './packed-plan.ts'
import { canBegin, type Reversal } from './reversal.ts'

export class AbovePiece {
  private readonly outgoing: ReversalPacker

  constructor(
    table: EventTable,
    packer: EventPacker,
    /** By depth: events that begin what others explored or are sure to explore. */
    private readonly known: Event[][] = [],
  ) {
    this.outgoing = new ReversalPacker(table, packer)
  }

  /** True if somebody explores what a sequence leads to. */
  has(depth: number, reversal: Reversal): boolean {
    const known = this.known[depth]
    if (known !== undefined) for (let i = 0; i < known.length; i++) if (canBegin(reversal, known[i]!)) return true
    return false
  }

  /**
   * Tells the plan that a sequence is missing. If all of it is known for certain, whatever can begin with its first
   * event is explored from now on: PiecePlan sees to that.
   */
  add(depth: number, reversal: Reversal): void {
    this.outgoing.add(depth, reversal)
    const first = certainFirst(reversal)
    if (first !== null) (this.known[depth] ??= []).push(first)
  }

  /** What is missing. */
  pack(): Int32Array {
    return this.outgoing.pack()
  }
}

/** The first event of a sequence; null if not all of it is known for certain. */
export function certainFirst(reversal: Reversal): Event | null {
  const { end, length } = reversal
  if (end.unsure) return null
  return length > 0 ? reversal.event(0) : end
}
