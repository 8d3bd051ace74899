/**
 * Freed objects that KASAN keeps back for a while, so that a use after free meets nobody else's object.
 *
 * Kernel: mm/kasan/quarantine.c. Simplified: one queue, first in first out; the bound is 1/32 of memory as for the
 * kernel's global queue (its per-cpu queues of 1 MiB are left out).
 */
export class Quarantine {
  private objects = new Uint32Array(1024)
  private sizes = new Uint32Array(1024)
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
    const at = (this.head + this.length) & (this.room - 1)
    this.objects[at] = phys
    this.sizes[at] = bytes
    this.length++
    this.bytes += bytes
  }

  private grow(): void {
    const objects = new Uint32Array(this.length * 2)
    const sizes = new Uint32Array(this.length * 2)
    for (let i = 0; i < this.length; i++) {
      const from = (this.head + i) % this.length
      objects[i] = this.objects[from]
      sizes[i] = this.sizes[from]
    }
    this.objects = objects
    this.sizes = sizes
    this.room = this.length * 2
    this.head = 0
  }

  /** Takes the oldest out: its physical address. There must be one. */
  shift(): number {
    const at = this.head
    this.head = (at + 1) & (this.room - 1)
    this.length--
    this.shifted = this.sizes[at]
    this.bytes -= this.shifted
    return this.objects[at]
  }
}
