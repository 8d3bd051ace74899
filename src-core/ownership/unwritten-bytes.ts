/**
 * Which bytes of the machine's memory nobody wrote since they were allocated. Most frames are wholly written or wholly
 * unwritten, and one byte says which; only the others have a bit for each of their bytes.
 */

/** What a frame's bytes are. */
export const Bytes = { WRITTEN: 0, UNWRITTEN: 1, MIXED: 2 } as const

export class UnwrittenBytes {
  /** Frames with unwritten bytes, or with a bit for each byte. */
  frames = 0
  /** `Bytes` by frame; to be read only. */
  readonly states: Uint8Array
  private readonly shift: number
  /** Of MIXED frames: one bit a byte, set = unwritten. */
  private readonly bits = new Map<number, Uint8Array>()

  constructor(
    private readonly count: number,
    private readonly pageSize: number,
  ) {
    this.states = new Uint8Array(count)
    this.shift = 31 - Math.clz32(pageSize)
  }

  /** Notes that `size` bytes from a physical address on are written, or are not. What is no memory is passed over. */
  set(phys: number, size: number, unwritten: boolean): void {
    const { pageSize, states } = this
    const start = phys & (pageSize - 1)
    // Nearly always: below 4 GiB and in one frame.
    if (phys >>> 0 === phys && start + size <= pageSize) {
      if (size > 0) this.setIn(phys >>> this.shift, start, start + size, unwritten)
      return
    }
    for (let at = phys, end = phys + size; at < end;) {
      const first = at % pageSize
      const pfn = (at - first) / pageSize
      const last = Math.min(pageSize, first + end - at)
      at += last - first
      if (pfn < states.length) this.setFrame(pfn, first, last, unwritten)
    }
  }

  /** `set` of the bytes [first, last) of one frame. */
  setIn(pfn: number, first: number, last: number, unwritten: boolean): void {
    if (pfn >= this.count) return
    const all: number = unwritten ? Bytes.UNWRITTEN : Bytes.WRITTEN
    if (this.states[pfn] !== all) this.setFrame(pfn, first, last, unwritten)
  }

  private setFrame(pfn: number, first: number, last: number, unwritten: boolean): void {
    const state = this.states[pfn]
    const all: number = unwritten ? Bytes.UNWRITTEN : Bytes.WRITTEN
    if (state === all) return
    if (last - first === this.pageSize) {
      this.states[pfn] = all
      if (state === Bytes.MIXED) this.bits.delete(pfn)
      if (state === Bytes.WRITTEN) this.frames++
      else if (!unwritten) this.frames--
      return
    }
    let bits = this.bits.get(pfn)
    if (bits === undefined) {
      this.bits.set(pfn, (bits = new Uint8Array(this.pageSize / 8)))
      if (state === Bytes.UNWRITTEN) bits.fill(0xff)
      else this.frames++
      this.states[pfn] = Bytes.MIXED
    }
    setBits(bits, first, last, unwritten)
  }

  /** True if one of `size` bytes from a physical address on, all of one frame, is unwritten. */
  some(phys: number, size: number): boolean {
    const at = phys % this.pageSize
    const pfn = (phys - at) / this.pageSize
    const state = this.states[pfn]
    if (state !== Bytes.MIXED) return state === Bytes.UNWRITTEN && size > 0
    const bits = this.bits.get(pfn)!
    for (let byte = at; byte < at + size; byte++) if (((bits[byte >> 3] ?? 0) >> (byte & 7)) & 1) return true
    return false
  }
}

function setBits(bits: Uint8Array, first: number, last: number, on: boolean): void {
  let at = first
  for (; at < last && (at & 7) !== 0; at++) setBit(bits, at, on)
  const whole = last >> 3
  if (at >> 3 < whole) {
    bits.fill(on ? 0xff : 0, at >> 3, whole)
    at = whole << 3
  }
  for (; at < last; at++) setBit(bits, at, on)
}

function setBit(bits: Uint8Array, at: number, on: boolean): void {
  const old = bits[at >> 3] ?? 0
  bits[at >> 3] = on ? old | (1 << (at & 7)) : old & ~(1 << (at & 7))
}
