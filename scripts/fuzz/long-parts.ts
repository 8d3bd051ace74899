/**
 * The long run, in parts of a million operations: each is noted in a file when it ends, so that a run that is cut
 * says how far it came, and one with PAGEWARD_RESUME set goes on there.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { at } from '../paths.mjs'
import { runMany } from './random-runs.ts'

/** Operations of a part, at least. */
const PART = 1_000_000
/** The first part of the long run; those before are in `npm test`. */
const FIRST = 3

/** What the environment says about the long run. */
export const LONG_RUN = {
  operations: Number(process.env['PAGEWARD_OPERATIONS'] ?? 100_000_000),
  resume: process.env['PAGEWARD_RESUME'] !== undefined,
  file: at('out/fuzz-parts.jsonl'),
}

/** What is noted of a part. */
export interface PartResult {
  readonly part: number
  readonly operations: number
  readonly seconds: number
  /** A snippet that fails; null = all went well. */
  readonly failure: string | null
}

/** The parts that `workers` share, as the one of them with number `worker` does them. */
export function partsOf(operations: number, worker: number, workers: number): number[] {
  const parts = Array.from({ length: Math.ceil(operations / PART) }, (_, i) => FIRST + i)
  return parts.filter((part) => part % workers === worker)
}

/** Runs a part, unless it is noted in the file already and `resume` is set. */
export function runPart(part: number, file: string, resume: boolean): PartResult {
  const known = resume ? noted(file).find((one) => one.part === part && one.failure === null) : undefined
  if (known !== undefined) return known
  const started = performance.now()
  const { operations, failure } = runMany(part, PART)
  const result = { part, operations, seconds: Math.round((performance.now() - started) / 1000), failure }
  mkdirSync(dirname(file), { recursive: true })
  appendFileSync(file, `${JSON.stringify(result)}\n`)
  return result
}

/** What the file says: one line a part. A line that was cut is none. */
export function noted(file: string): PartResult[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as PartResult)
}
