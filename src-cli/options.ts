/** The options of all commands, parsed and checked. */
import { parseArgs } from 'node:util'
import { ERA_IDS, findEra, suggestEra } from '../src-core/eras/index.ts'
import { parseMachineText } from '../src-core/machine/config.ts'
import { DEFAULT_BUDGETS, type Budgets } from '../src-core/runtime/run-options.ts'
import { parseSchedule } from '../src-core/runtime/schedule-token.ts'
import { UsageError } from './exit.ts'
import { EXPLORE_WORDS, exploreWords, type ExploreWords } from './explore-options.ts'

export const FORMATS = ['text', 'json', 'sarif', 'lkml'] as const
export type Format = (typeof FORMATS)[number]

export interface Options {
  readonly files: readonly string[]
  /** Era id, `all`, or null for the program's own. */
  readonly era: string | null
  /** False with --no-eras: the other eras are not asked for their verdict. */
  readonly verdicts: boolean
  readonly machine: Readonly<Record<string, string>>
  readonly budgets: Budgets
  readonly format: Format
  readonly trace: string | null
  readonly help: boolean
  /** Schedule token of `run`; null = the program's own. */
  readonly schedule: string | null
  readonly explore: ExploreWords
}

const KNOWN = {
  era: { type: 'string' },
  'no-eras': { type: 'boolean' },
  machine: { type: 'string', multiple: true },
  schedule: { type: 'string' },
  steps: { type: 'string' },
  seconds: { type: 'string' },
  'memory-limit': { type: 'string' },
  format: { type: 'string' },
  trace: { type: 'string' },
  ...EXPLORE_WORDS,
  help: { type: 'boolean', short: 'h' },
} as const
/** Names of all options. */
export const OPTION_NAMES: readonly string[] = Object.keys(KNOWN)

/** Parses the words after the command. Throws UsageError with one clear line. */
export function parseOptions(words: readonly string[]): Options {
  const { values, positionals } = parse(words)
  return {
    files: positionals,
    era: eraOption(values.era),
    verdicts: values['no-eras'] !== true,
    machine: machineOption(values.machine ?? []),
    budgets: {
      ...DEFAULT_BUDGETS,
      steps: numberOption('--steps', values.steps, DEFAULT_BUDGETS.steps, 1, 1e9),
      seconds: numberOption('--seconds', values.seconds, DEFAULT_BUDGETS.seconds, 0.001, 86_400),
      memory: bytesOption(values['memory-limit']),
    },
    format: formatOption(values.format),
    trace: traceOption(values.trace),
    help: values.help === true,
    schedule: scheduleOption(values.schedule),
    explore: exploreWords(values, positionals),
  }
}

function scheduleOption(token: string | undefined): string | null {
  if (token === undefined) return null
  const parsed = token === '' ? null : parseSchedule(token)
  if (typeof parsed === 'string') throw new UsageError(`--schedule: ${parsed}`)
  return token
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: KNOWN, allowPositionals: true, strict: true })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new UsageError(message.split(/\.\s/)[0] ?? message)
  }
}

function eraOption(value: string | undefined): string | null {
  if (value === undefined) return null
  if (value === 'all' || findEra(value) !== undefined) return value
  const near = suggestEra(value)
  const hint = near === undefined ? '' : `; did you mean ${near}?`
  throw new UsageError(`--era: there is no era "${value}"${hint} (eras: ${ERA_IDS.join(' ')} all)`)
}

function machineOption(texts: readonly string[]): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const text of texts) {
    const parsed = parseMachineText(text)
    if (!parsed.ok) throw new UsageError(`--machine: ${parsed.errors.join('; ')}`)
    for (const pair of text.split(/[\s,]+/).filter((part) => part !== '')) {
      const at = pair.indexOf('=')
      settings[pair.slice(0, at)] = pair.slice(at + 1)
    }
  }
  return settings
}

/** A number in a range. Throws UsageError for anything else. */
export function numberOption(
  name: string,
  text: string | undefined,
  fallback: number,
  low: number,
  high: number,
): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (!Number.isFinite(value) || value < low || value > high)
    throw new UsageError(`${name} takes a number from ${low} to ${high}, not "${text}"`)
  return value
}

function bytesOption(text: string | undefined): number {
  if (text === undefined) return DEFAULT_BUDGETS.memory
  const match = /^(\d+)([KMG]?)$/i.exec(text)
  if (match === null) throw new UsageError(`--memory-limit takes a size such as 64M or 1G, not "${text}"`)
  return Number(match[1]) * 1024 ** ['', 'K', 'M', 'G'].indexOf((match[2] ?? '').toUpperCase())
}

function traceOption(path: string | undefined): string | null {
  if (path === undefined || /\.(pwtrace|pftrace)$/.test(path)) return path ?? null
  throw new UsageError(`--trace ${path}: the name has to end in .pwtrace, or in .pftrace for Perfetto`)
}

function formatOption(text: string | undefined): Format {
  const format = FORMATS.find((one) => one === (text ?? 'text'))
  if (format === undefined) throw new UsageError(`--format takes ${FORMATS.join(', ')}, not "${text}"`)
  return format
}

/** For commands that speak only some of the formats. Throws UsageError for another one. */
export function onlyFormats(command: string, { format }: Options, allowed: readonly Format[]): void {
  if (!allowed.includes(format))
    throw new UsageError(`${command}: --format takes ${allowed.join(' or ')}, not "${format}"`)
}
