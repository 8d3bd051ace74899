/** The options of `explore`, parsed and checked. */
import { UsageError } from './exit.ts'
import { numberOption } from './options.ts'

/** What only `explore` takes. */
export interface ExploreWords {
  readonly bound: number | null
  readonly maxExecutions: number | null
  readonly mode: 'exhaustive' | 'random' | 'pct' | 'naive'
  readonly seed: number
  readonly jobs: number
  readonly shard: { readonly index: number; readonly count: number } | null
  /** Files of results to merge. */
  readonly merge: readonly string[] | null
  readonly checkpoint: string | null
  /** Seconds between two writings of the checkpoint while it explores. */
  readonly checkpointEvery: number
  readonly resume: string | null
  readonly checkIndependence: boolean
  readonly strict: boolean
  /** Seconds, if they were given: an exploration has no limit of its own. */
  readonly seconds: number | null
  /** Steps of one execution, if they were given. */
  readonly steps: number | null
}

/** For `parseArgs`. */
export const EXPLORE_WORDS = {
  bound: { type: 'string' },
  'max-executions': { type: 'string' },
  mode: { type: 'string' },
  seed: { type: 'string' },
  jobs: { type: 'string' },
  shard: { type: 'string' },
  merge: { type: 'boolean' },
  checkpoint: { type: 'string' },
  'checkpoint-every': { type: 'string' },
  resume: { type: 'string' },
  naive: { type: 'boolean' },
  'check-independence': { type: 'boolean' },
  strict: { type: 'boolean' },
} as const

type Words = { readonly [K in keyof typeof EXPLORE_WORDS | 'seconds' | 'steps']?: string | boolean | undefined }

export function exploreWords(values: Words, files: readonly string[]): ExploreWords {
  return {
    bound: whole('--bound', values.bound, 0, 1000),
    maxExecutions: whole('--max-executions', values['max-executions'], 1, 1e15),
    mode: modeOption(text(values.mode), values.naive === true),
    seed: whole('--seed', values.seed, 0, 0xffff_ffff) ?? 1,
    jobs: whole('--jobs', values.jobs, 1, 256) ?? 1,
    shard: shardOption(text(values.shard)),
    merge: values.merge === true ? files : null,
    checkpoint: text(values.checkpoint) ?? null,
    checkpointEvery: numberOption('--checkpoint-every', text(values['checkpoint-every']), 10, 0.1, 1e6),
    resume: text(values.resume) ?? null,
    checkIndependence: values['check-independence'] === true,
    strict: values.strict === true,
    seconds: values.seconds === undefined ? null : numberOption('--seconds', text(values.seconds), 0, 0.001, 1e7),
    steps: whole('--steps', values.steps, 1, 1e9),
  }
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function whole(name: string, value: string | boolean | undefined, low: number, high: number): number | null {
  if (value === undefined) return null
  const number = numberOption(name, text(value), 0, low, high)
  if (!Number.isInteger(number)) throw new UsageError(`${name} takes a whole number, not "${text(value)}"`)
  return number
}

const MODES = ['exhaustive', 'random', 'pct'] as const

function modeOption(given: string | undefined, naive: boolean): ExploreWords['mode'] {
  const mode = MODES.find((one) => one === (given ?? 'exhaustive'))
  if (mode === undefined) throw new UsageError(`--mode takes ${MODES.join(', ')}, not "${given}"`)
  if (!naive) return mode
  if (mode !== 'exhaustive') throw new UsageError(`--naive and --mode ${mode} do not go together`)
  return 'naive'
}

function shardOption(given: string | undefined): ExploreWords['shard'] {
  if (given === undefined) return null
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(given)
  const index = Number(match?.[1])
  const count = Number(match?.[2])
  if (match === null || index < 1 || index > count)
    throw new UsageError(`--shard takes I/N with I from 1 to N, such as 1/4, not "${given}"`)
  return { index, count }
}
