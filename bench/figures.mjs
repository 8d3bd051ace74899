/** Figures of repeated measurements. */

/** @param {readonly number[]} values */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
  const median = sorted.length % 2 === 1 ? at(0.5) : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2
  return {
    median: round(median),
    min: round(sorted[0] ?? NaN),
    max: round(sorted.at(-1) ?? NaN),
    /** (max - min) / median: the noise of the machine. */
    spread: round(((sorted.at(-1) ?? NaN) - (sorted[0] ?? NaN)) / median),
    repeats: sorted.length,
  }
}

/** Four digits that mean something. @param {number} value */
export function round(value) {
  return Number(value.toPrecision(4))
}
