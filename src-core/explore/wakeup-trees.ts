/**
 * Wakeup trees: what is planned. A branch is an event to come and the branches after it, tried first to last. All
 * branches lie in three columns, 13 bytes each, for in some programs half of all schedules are planned before they run.
 */
import type { Event } from './event.ts'
import { dependent } from './event.ts'
import type { EventPacker, EventTable } from './event-table.ts'
import { anyDependent, endIsFirst, isFirst, type Reversal } from './reversal.ts'

/** No branch, or the end of a list of them. */
export const NO_BRANCH = 0
const FIRST_BRANCHES = 1024

export class WakeupTrees {
  /** By branch: number of its event; first of the branches after it; the next one tried at the same place. */
  private events = new Int32Array(FIRST_BRANCHES)
  private under = new Int32Array(FIRST_BRANCHES)
  private next = new Int32Array(FIRST_BRANCHES)
  /** By branch: 1 = what its event will touch is not known. */
  private guesses = new Uint8Array(FIRST_BRANCHES)
  /** Branches that are free again, as a list; branches ever used. */
  private free = NO_BRANCH
  private used = 1
  /** Branches there are. */
  count = 0
  /** Places of a sequence that are left on the way down a tree. */
  private rest = new Int32Array(256)

  constructor(readonly table: EventTable) {}

  event(branch: number): Event {
    return this.table.event(this.events[branch]!)
  }
  isGuess(branch: number): boolean {
    return this.guesses[branch] === 1
  }
  /** First of the branches after a branch. */
  below(branch: number): number {
    return this.under[branch]!
  }
  /** The branch tried after a branch at the same place. */
  after(branch: number): number {
    return this.next[branch]!
  }
  /** Branches at the place of the list that `first` begins. */
  countOf(first: number): number {
    let n = 0
    for (let branch = first; branch !== NO_BRANCH; branch = this.next[branch]!) n++
    return n
  }

  /** True if the first way down from a branch has no event that is a guess. */
  isCertain(branch: number): boolean {
    for (let b = branch; b !== NO_BRANCH; b = this.under[b]!) if (this.guesses[b] === 1) return false
    return true
  }

  /** The first events of those branches of a list that are certain. */
  certain(first: number): Event[] {
    const events: Event[] = []
    for (let branch = first; branch !== NO_BRANCH; branch = this.next[branch]!) {
      if (this.isCertain(branch)) events.push(this.event(branch))
    }
    return events
  }

  private make(event: number, isGuess: boolean, under: number): number {
    let branch = this.free
    if (branch !== NO_BRANCH) this.free = this.next[branch]!
    else {
      branch = this.used++
      if (branch === this.events.length) this.grow()
    }
    this.count++
    this.events[branch] = event
    this.guesses[branch] = isGuess ? 1 : 0
    this.under[branch] = under
    this.next[branch] = NO_BRANCH
    return branch
  }

  private grow(): void {
    const grown = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const wide = new Int32Array(old.length * 2)
      wide.set(old)
      return wide
    }
    this.events = grown(this.events)
    this.under = grown(this.under)
    this.next = grown(this.next)
    const { guesses } = this
    this.guesses = new Uint8Array(guesses.length * 2)
    this.guesses.set(guesses)
  }

  /** Frees a branch, not what is after it. */
  drop(branch: number): void {
    this.next[branch] = this.free
    this.free = branch
    this.count--
  }

  /** Frees a list of branches and all that is after them. */
  dropAll(first: number): void {
    const { under, next } = this
    let branch = first
    while (branch !== NO_BRANCH) {
      // What is after a branch goes in front of what is left of the list.
      const below = under[branch]!
      let rest = next[branch]!
      if (below !== NO_BRANCH) {
        let last = below
        while (next[last] !== NO_BRANCH) last = next[last]!
        next[last] = rest
        rest = below
      }
      this.drop(branch)
      branch = rest
    }
  }

  /**
   * Adds a sequence to the tree whose first branch is `first`, unless a branch leads there already. Returns the first
   * branch then; `count` tells whether anything was added.
   */
  insert(first: number, reversal: Reversal): number {
    const { end } = reversal
    let n = reversal.length
    if (this.rest.length < n) this.rest = new Int32Array(n * 2)
    const { rest, table, events, next } = this
    for (let i = 0; i < n; i++) rest[i] = i
    let ended = false
    let parent = NO_BRANCH
    let children = first
    let last: number
    let isGuess = false
    let besideGuess: boolean
    for (;;) {
      // At a leaf any way on will do, unless it may turn out to repeat something and be given up.
      if (parent !== NO_BRANCH && children === NO_BRANCH && !isGuess) return first
      if (n === 0 && ended) return first
      let down = NO_BRANCH
      last = NO_BRANCH
      besideGuess = false
      for (let child = children; child !== NO_BRANCH; child = next[child]!) {
        last = child
        const event = table.event(events[child]!)
        const { process } = event
        let at = -1
        for (let i = 0; i < n && at < 0; i++) if (reversal.process(rest[i]!) === process) at = i
        if (at >= 0) {
          if (!isFirst(reversal, at, rest)) continue
          n--
          for (let i = at; i < n; i++) rest[i] = rest[i + 1]!
        } else if (!ended && end.process === process) {
          if (!endIsFirst(reversal, rest, n)) continue
          ended = true
        } else {
          if ((!ended && dependent(event, end)) || anyDependent(reversal, event, rest, n)) {
            besideGuess ||= this.guesses[child] === 1
            continue
          }
        }
        down = child
        break
      }
      if (down === NO_BRANCH) break
      parent = down
      children = this.under[down]!
      isGuess ||= this.guesses[down] === 1
    }
    const way = this.wayOf(reversal, n, !ended)
    // If the guess turns out not to depend on this, all that begins like this is after it: no leaf to rely on.
    if (besideGuess) this.guesses[way] = 1
    if (last !== NO_BRANCH) this.next[last] = way
    else if (parent !== NO_BRANCH) this.under[parent] = way
    return first === NO_BRANCH ? way : first
  }

  /** Branches for the first `n` places of `rest`, and the end of the sequence if that `hasEnd`. */
  private wayOf(reversal: Reversal, n: number, hasEnd: boolean): number {
    const { table, rest } = this
    const { end } = reversal
    let way = hasEnd ? this.make(table.number(end), end.unsure, NO_BRANCH) : NO_BRANCH
    for (let i = n - 1; i >= 0; i--) way = this.make(table.number(reversal.event(rest[i]!)), false, way)
    return way
  }

  /** Adds a sequence after all branches of a list, whatever leads there already. Returns the first branch then. */
  append(first: number, reversal: Reversal): number {
    const n = reversal.length
    if (this.rest.length < n) this.rest = new Int32Array(n * 2)
    for (let i = 0; i < n; i++) this.rest[i] = i
    const way = this.wayOf(reversal, n, true)
    if (first === NO_BRANCH) return way
    let last = first
    while (this.next[last] !== NO_BRANCH) last = this.next[last]!
    this.next[last] = way
    return first
  }

  // ---- as plain numbers

  /**
   * A list of branches with all that is after them: two numbers each, the event (in the message) and whether it is a
   * guess; how many branches are after it. Nothing if there are more than `most`.
   */
  pack(first: number, packer: EventPacker, most = Infinity): number[] {
    const numbers: number[] = []
    /** Branches whose way down is packed and that have others beside them. */
    const beside: number[] = []
    let branch = first
    while (branch !== NO_BRANCH) {
      if (numbers.length >= most * 2) return []
      numbers.push(packer.pack(this.events[branch]!) * 2 + this.guesses[branch]!, this.countOf(this.under[branch]!))
      if (this.next[branch] !== NO_BRANCH) beside.push(this.next[branch]!)
      branch = this.under[branch] !== NO_BRANCH ? this.under[branch]! : (beside.pop() ?? NO_BRANCH)
    }
    return numbers
  }

  /** One branch with all that is after it. */
  packOne(branch: number, packer: EventPacker): number[] {
    const own = [packer.pack(this.events[branch]!) * 2 + this.guesses[branch]!, this.countOf(this.under[branch]!)]
    return own.concat(this.pack(this.under[branch]!, packer))
  }

  /** The branches of a list that are not certain. */
  packGuesses(first: number, packer: EventPacker, most: number): number[] {
    const numbers: number[] = []
    for (let branch = first; branch !== NO_BRANCH; branch = this.next[branch]!) {
      if (!this.isCertain(branch)) numbers.push(...this.packOne(branch, packer))
      if (numbers.length > most * 2) return []
    }
    return numbers
  }

  /** Makes branches of what `pack` gave. `ids`: by event of the message, its number in the table. Returns the first. */
  unpack(numbers: ArrayLike<number>, ids: readonly number[]): number {
    let first = NO_BRANCH
    /** Lists that are being filled, the innermost last: where the list hangs, its last branch, branches to come. */
    const lists: { readonly parent: number; last: number; left: number }[] = []
    lists.push({ parent: NO_BRANCH, last: NO_BRANCH, left: Infinity })
    for (let i = 0; i < numbers.length; i += 2) {
      while (lists[lists.length - 1]!.left === 0) lists.pop()
      const list = lists[lists.length - 1]!
      const branch = this.make(ids[numbers[i]! >> 1]!, (numbers[i]! & 1) === 1, NO_BRANCH)
      if (list.last !== NO_BRANCH) this.next[list.last] = branch
      else if (list.parent !== NO_BRANCH) this.under[list.parent] = branch
      else first = branch
      list.last = branch
      list.left--
      if (numbers[i + 1]! > 0) lists.push({ parent: branch, last: NO_BRANCH, left: numbers[i + 1]! })
    }
    return first
  }
}
