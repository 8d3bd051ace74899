/**
 * Freed objects that KASAN keeps back for a while, so that a use after free meets nobody else's object.
 *
 * Kernel: mm/kasan/quarantine.c. Simplified: one queue, first in first out; the bound is 1/32 of memory as for the
 * kernel's global queue (its per-cpu queues of 1 MiB are left out).
 */
export class Quarantine {
  /** Physical address and size of each object. */
  private ring = new Uint32Array(2048)
  /** Room, a power of two. (`length` of a typed array is a call in a locked-down realm.) */
  private room = 1024
  private head = 0
  /** Objects kept. */
  length = 0
  /** Bytes of the objects kept (strides). */
  bytes = 0
  readonly limit: number
  /** Size of the object that `shift` returned last. */
  shifted = 0

  constructor(memory: number) {
    this.limit = Math.floor(memory / 32)
  }

  /** Puts an object, named by its physical address, at the end. */
  push(phys: number, bytes: number): void {
    if (this.length === this.room) this.grow()
    const at = ((this.head + this.length) & (this.room - 1)) * 2
    const { ring } = this
    ring[at] = phys
    ring[at | 1] = bytes
    this.length++
    this.bytes += bytes
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

  /** Takes the oldest out: its physical address. There must be one. */
  shift(): number {
    const { head, ring } = this
    this.head = (head + 1) & (this.room - 1)
    this.length--
    this.shifted = ring[head * 2 + 1]
    this.bytes -= this.shifted
    return ring[head * 2]
  }
}
