/**
 * Freed objects that KASAN keeps back for a while, so that a use after free meets nobody else's object.
 *
 * Kernel: mm/kasan/quarantine.c. Simplified: one queue, first in first out; the bound is 1/32 of memory as for the
 * kernel's global queue (its per-cpu queues of 1 MiB are left out).
 */
export class Quarantine {
  private ring = new Uint32Array(1024)
  private head = 0
  private size = 0
  /** Bytes of the objects kept (strides). */
  bytes = 0
  readonly limit: number

  constructor(memory: number) {
    this.limit = Math.floor(memory / 32)
  }

  get length(): number {
    return this.size
  }

  /** Puts an object, named by its physical address, at the end. */
  push(phys: number, bytes: number): void {
    if (this.size === this.ring.length) {
      const ring = new Uint32Array(this.size * 2)
      for (let i = 0; i < this.size; i++) ring[i] = this.ring[(this.head + i) % this.size]
      this.ring = ring
      this.head = 0
    }
    this.ring[(this.head + this.size) & (this.ring.length - 1)] = phys
    this.size++
    this.bytes += bytes
  }

  /** Takes the oldest out. */
  shift(): number {
    const phys = this.ring[this.head]
    this.head = (this.head + 1) & (this.ring.length - 1)
    this.size--
    return phys
  }
}
