/**
 * A list that is emptied and filled again by the thousand. Cutting an array off gives its memory back, and to grow it
 * anew costs more than what goes into it: this one keeps its memory and counts.
 */
import { put } from './packed.ts'

export class RefilledList<T> {
  private readonly items: T[] = []
  /** Items there are. Beyond them lies what was there before `clear`. */
  length = 0

  add(item: T): void {
    put(this.items, this.length++, item, item)
  }

  /** The item at a place below `length`. */
  at(i: number): T {
    return this.items[i]!
  }

  clear(): void {
    this.length = 0
  }

  /** All items, as an array that is valid until the list is changed. */
  get all(): readonly T[] {
    const { items, length } = this
    if (items.length > length) items.length = length
    return items
  }
}
