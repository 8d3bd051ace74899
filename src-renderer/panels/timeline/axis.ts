/** The axis of the timeline: steps of a run against pixels, with pan and zoom. All functions are pure. */

/** The steps on screen, left and right edge; fractions are fine. */
export interface Axis {
  readonly from: number
  readonly to: number
}

/** Fewest steps across the view. */
const SMALLEST_SPAN = 3

/** The whole run: from before its first step to after its last. */
export function wholeRun(steps: number): Axis {
  return { from: 0, to: Math.max(SMALLEST_SPAN, steps + 1) }
}

export function stepToX(axis: Axis, step: number, width: number): number {
  return ((step - axis.from) / (axis.to - axis.from)) * width
}

export function xToStep(axis: Axis, x: number, width: number): number {
  return axis.from + (x / Math.max(1, width)) * (axis.to - axis.from)
}

export function pixelsPerStep(axis: Axis, width: number): number {
  return width / (axis.to - axis.from)
}

/** Keeps an axis inside the run, and no closer than a few steps. */
export function clampAxis(axis: Axis, steps: number): Axis {
  const whole = wholeRun(steps)
  const span = Math.max(SMALLEST_SPAN, Math.min(whole.to - whole.from, axis.to - axis.from))
  const from = Math.max(whole.from, Math.min(axis.from, whole.to - span))
  return { from, to: from + span }
}

/** Zooms by `factor` (above 1: nearer) so that the step at pixel `x` stays where it is. */
export function zoomAxis(axis: Axis, factor: number, x: number, width: number, steps: number): Axis {
  const whole = wholeRun(steps)
  const fraction = x / Math.max(1, width)
  const about = xToStep(axis, x, width)
  const span = Math.max(SMALLEST_SPAN, Math.min(whole.to - whole.from, (axis.to - axis.from) / factor))
  return clampAxis({ from: about - fraction * span, to: about + (1 - fraction) * span }, steps)
}

/** Moves by pixels: positive shows later steps. */
export function panAxis(axis: Axis, pixels: number, width: number, steps: number): Axis {
  const by = (pixels / Math.max(1, width)) * (axis.to - axis.from)
  return clampAxis({ from: axis.from + by, to: axis.to + by }, steps)
}

/** Moves just as far as needed to have a step on screen, with a margin of a tenth of the view. */
export function revealStep(axis: Axis, step: number, steps: number): Axis {
  const span = axis.to - axis.from
  const margin = span / 10
  if (step < axis.from + margin) return clampAxis({ from: step - margin, to: step - margin + span }, steps)
  if (step > axis.to - margin) return clampAxis({ from: step + margin - span, to: step + margin }, steps)
  return axis
}

/** Whole steps worth a number on the ruler: 1, 2 or 5 times a power of ten apart, at least `gap` pixels. */
export function rulerSteps(axis: Axis, width: number, gap: number): number[] {
  const least = (gap / Math.max(1, width)) * (axis.to - axis.from)
  let unit = 1
  while (unit < least) {
    const power = 10 ** Math.floor(Math.log10(unit))
    const lead = Math.round(unit / power)
    unit = lead === 1 ? 2 * power : lead === 2 ? 5 * power : 10 * power
  }
  const marks: number[] = []
  for (let step = Math.ceil(axis.from / unit) * unit; step <= axis.to; step += unit) marks.push(step)
  return marks
}
