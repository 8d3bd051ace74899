/** The time of a log line as dmesg prints it (`[%5lu.%06lu]`), a step being a microsecond: `    0.000012`. */
export function stamp(step: number): string {
  return (step / 1e6).toFixed(6).padStart(12)
}
