/** What the timeline draws, and where its parts lie on the canvas. */
import type { StepRow } from '../../../src-core/protocol/messages.ts'
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import type { Palette } from '../../theme/states.ts'
import type { Axis } from './axis.ts'
import { LANE, type Head } from './head-rows.ts'
import type { TimelineProblems } from './problems.ts'
import type { RowLayout } from './rows.ts'
import type { Area } from './use-timeline-wishes.ts'

export const RULER = 20
/** Space left of the first step for names. */
export const GUTTER = 168
/** Space right of the last step, so that a flag on it is whole. */
export const MARGIN = 20
export interface TimelineScene {
  readonly axis: Axis
  readonly steps: number
  readonly step: number
  /** Step under the pointer, -1 if none. */
  readonly hoveredStep: number
  readonly head: Head
  readonly stepRows: readonly StepRow[]
  readonly layout: RowLayout
  readonly scroll: number
  readonly colours: Palette
  readonly problems: TimelineProblems
  readonly selectedAllocation: number
  readonly hoveredAllocation: number
  readonly area: Area | null
  readonly taskNames: ReadonlyMap<number, string>
}

/** Where what scrolls begins: the memories, then rows of the head that are not fixed. */
export function bodyTop(head: Head): number {
  return RULER + head.fixed * LANE + 1
}

export function plotWidth(size: { readonly width: number }): number {
  return Math.max(40, size.width - GUTTER - MARGIN)
}

/** Clips to the plot; the caller restores. */
export function clipPlot(context: CanvasRenderingContext2D, size: CanvasSize, top = 0): void {
  context.save()
  context.beginPath()
  context.rect(GUTTER, top, size.width - GUTTER, size.height - top)
  context.clip()
}

/** Top of a row of the head on the canvas. */
export function headRowTop(
  scene: { readonly head: Head; readonly layout: RowLayout; readonly scroll: number },
  at: number,
): number {
  const { fixed } = scene.head
  if (at < fixed) return RULER + at * LANE
  return bodyTop(scene.head) + scene.layout.height + (at - fixed) * LANE - scene.scroll
}
