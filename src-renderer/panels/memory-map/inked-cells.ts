/**
 * The colours of all cells of the machine as the core answered them last, moved on by what each answer says is another
 * one. No object a cell: a byte each, and what comes and is painted are runs of them.
 */
import { Ink, type Colouring } from '../../../src-core/protocol/map-ink.ts'
import { wordsOf } from '../../../src-core/protocol/ink-runs.ts'
import type { MapInks } from '../../../src-core/protocol/messages.ts'
import { FrameKind } from '../../../src-core/trace/fields.ts'
import type { Palette } from '../../theme/states.ts'

export interface InkPatch extends Pick<MapInks, 'from' | 'to' | 'inks'> {
  readonly was: Uint8Array
}

export class InkedCells {
  /** Of the answer that was taken last; 0 = none. */
  version = 0
  /** By cell: an `Ink`; and the same four at a time. */
  inks: Uint8Array = new Uint8Array(0)
  words: Uint32Array = new Uint32Array(0)
  /** What the last answer changed: runs of cells, and the inks that they had, one run after the other. Null = all. */
  patch: InkPatch | null = null
  /** Cells that the step changed, and those of broken rules. */
  changed: Uint32Array = new Uint32Array(0)
  broken: Uint32Array = new Uint32Array(0)

  constructor(
    readonly by: Colouring,
    readonly framesPerCell: number,
  ) {}

  /** Takes an answer, which is its own from then on. `old`: cells no more wanted, whose memory serves. */
  take(answer: MapInks, old: InkedCells | null = null): void {
    const { from, to, inks: ink, whole, cells } = answer
    this.version = answer.version
    this.changed = answer.changed
    this.broken = answer.broken
    this.patch = null
    if (cells.length > 0) this.#hold(cells)
    else if (this.inks.length !== answer.count) {
      const serves = old !== null && old !== this && old.inks.length === answer.count
      this.#hold(serves ? old.inks : new Uint8Array(answer.count))
    }
    const { inks } = this
    if (!whole) {
      let changed = 0
      for (let i = 0; i < from.length; i++) changed += to[i]! - from[i]!
      const was = new Uint8Array(changed)
      for (let i = 0, at = 0; i < from.length; i++) {
        for (let cell = from[i]!; cell < to[i]!; cell++) was[at++] = inks[cell]!
      }
      this.patch = { from, to, inks: ink, was }
    }
    for (let i = 0; i < from.length; i++) inks.fill(ink[i]!, from[i], to[i])
  }

  #hold(inks: Uint8Array): void {
    this.inks = inks
    this.words = wordsOf(inks)
  }

  /** Ink of the cell that a frame is in; 0 beyond the machine. */
  inkOf(pfn: number): number {
    return this.inks[Math.floor(pfn / this.framesPerCell)] ?? 0
  }
}

/** The colour of each ink as a pixel. */
export function inkPixels(colours: Palette, by: Colouring): Uint32Array {
  const pixels = new Uint32Array(256).fill(colours.ground.pixel)
  for (let kind = 0; kind < Ink.CLASS; kind++) pixels[kind] = (colours.kind[kind] ?? colours.ground).pixel
  pixels[FrameKind.BAD] = colours.broken.pixel
  const classes = by === 'owner' ? colours.owner : by === 'zone' ? colours.zones : colours.references
  for (let ink: number = Ink.CLASS; ink < Ink.RIGHTS_LEFT; ink++) {
    pixels[ink] = classes[(ink - Ink.CLASS) % classes.length]!.pixel
  }
  pixels[Ink.RIGHTS_LEFT] = colours.broken.pixel
  pixels[Ink.USED_INVALID] = colours.broken.pixel
  return pixels
}
