/**
 * Freed objects that KASAN keeps back for a while, so that a use after free meets nobody else's object.
 *
 * Kernel: mm/kasan/quarantine.c. Simplified: one queue, first in first out; the bound is 1/32 of memory as for the
 * kernel's global queue (its per-cpu queues of 1 MiB are left out).
 */
export class Quarantine {
  /** Slab and index of each object. */
  private ring: Uint32Array
  /** Room, a power of two. (`length` of a typed array is a call in a locked-down realm.) */
  private room: number
  private head = 0
  /** Objects kept. */
  length = 0
  /** Bytes of the objects kept (strides). */
  bytes = 0
  readonly limit: number

  /** `isRoomy`: from the start there is room for what a long run of a machine of 64 MiB keeps here. */
  constructor(memory: number, isRoomy: boolean) {
    this.room = isRoomy ? 1 << 16 : 1024
    this.ring = new Uint32Array(this.room * 2)
    this.limit = Math.floor(memory / 32)
  }

  /** Puts an object, named by its slab and its index there, at the end. */
  push(slab: number, index: number, bytes: number): void {
    if (this.length === this.room) this.grow()
    const at = ((this.head + this.length) & (this.room - 1)) * 2
    const { ring } = this
    ring[at] = slab
    ring[at | 1] = index
    this.length++
    this.bytes += bytes
  }

  /** Slab of the object that is longest here, and its index there. There must be one. */
  get oldest(): number {
    return this.ring[this.head * 2]
  }
  get oldestIndex(): number {
    return this.ring[this.head * 2 + 1]
  }

  /** Takes the object that is longest here out; it has so many bytes. */
  drop(bytes: number): void {
    this.head = (this.head + 1) & (this.room - 1)
    this.length--
    this.bytes -= bytes
  }

  private grow(): void {
    const ring = new Uint32Array(this.length * 4)
    for (let i = 0; i < this.length; i++) {
      const from = (this.head + i) % this.length
      ring[i * 2] = this.ring[from * 2]
      ring[i * 2 + 1] = this.ring[from * 2 + 1]
    }
    this.ring = ring
    this.room = this.length * 2
    this.head = 0
  }
}
