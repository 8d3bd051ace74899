/**
 * A log that a person can attach to a report: what the app itself warned of, with the time. It holds no text of a
 * program, stays on this machine, and is cut when it grows.
 */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Size at which the log is put aside (one old one is kept), bytes. */
const MOST_BYTES = 500_000

/** Sends what goes to the console's `warn` and `error` to `path` too. A log that cannot be written is done without. */
export function keepLog(path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  for (const level of ['warn', 'error'] as const) {
    const print = console[level].bind(console)
    console[level] = (...words: unknown[]) => {
      print(...words)
      append(path, `${new Date().toISOString()} ${level} ${words.map(String).join(' ')}\n`)
    }
  }
}

function append(path: string, line: string): void {
  try {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MOST_BYTES) renameSync(path, `${path}.old`)
    appendFileSync(path, line)
  } catch {
    // Nothing to say it to.
  }
}
