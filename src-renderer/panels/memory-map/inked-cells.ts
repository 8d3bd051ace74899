/**
 * The colours of all cells of the machine as the core answered them last, moved on by what each answer says is another
 * one. No object a cell: a byte each.
 */
import { Ink, type Colouring } from '../../../src-core/protocol/map-ink.ts'
import type { MapInks } from '../../../src-core/protocol/messages.ts'
import { FrameKind } from '../../../src-core/trace/fields.ts'
import type { Palette } from '../../theme/states.ts'

export class InkedCells {
  /** Of the answer that was taken last; 0 = none. */
  version = 0
  /** By cell: an `Ink`. */
  inks = new Uint8Array(0)
  /** What the last answer changed: cells and the inks they had. Null if it changed all. */
  patch: { readonly at: Uint32Array; readonly was: Uint8Array } | null = null
  /** Cells that the step changed, and those of broken rules. */
  changed = new Uint32Array(0)
  broken = new Uint32Array(0)

  constructor(
    readonly by: Colouring,
    readonly framesPerCell: number,
  ) {}

  take(answer: MapInks): void {
    this.version = answer.version
    this.changed = new Uint32Array(answer.changed)
    this.broken = new Uint32Array(answer.broken)
    if (answer.whole) {
      this.inks = new Uint8Array(answer.inks)
      this.patch = null
      return
    }
    const { at, inks: to } = answer
    const { inks } = this
    const was = new Uint8Array(at.length)
    for (let i = 0; i < at.length; i++) {
      const cell = at[i]!
      was[i] = inks[cell]!
      inks[cell] = to[i]!
    }
    this.patch = { at, was }
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
  const classes = by === 'owner' || by === 'zone' ? colours.owner : colours.references
  for (let ink: number = Ink.CLASS; ink < Ink.RIGHTS_LEFT; ink++) {
    pixels[ink] = classes[(ink - Ink.CLASS) % classes.length]!.pixel
  }
  pixels[Ink.RIGHTS_LEFT] = colours.broken.pixel
  pixels[Ink.USED_INVALID] = colours.broken.pixel
  return pixels
}
