/** Checks of what a window asks, one small table: a question of the wrong shape is refused before anybody reads it. */
import { COLOURINGS } from './map-ink.ts'
import { parseSchedule } from '../runtime/schedule-token.ts'
import type { CallName } from './messages.ts'
import { TRACE_FORMS } from './trace-file.ts'

/** What is wrong with a value, or null. `at` names the value in the answer. */
type Check = (value: unknown, at: string) => string | null
type Shape = Readonly<Record<string, Check>>

const wholeNumber =
  (least: number): Check =>
  (value, at) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least
      ? null
      : `${at} has to be a whole number from ${least}`
const text: Check = (value, at) => (typeof value === 'string' ? null : `${at} has to be a string`)
const flag: Check = (value, at) => (typeof value === 'boolean' ? null : `${at} has to be true or false`)
const textOrNull: Check = (value, at) => (value === null ? null : text(value, at))

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function object(shape: Shape): Check {
  return (value, at) => {
    if (!isRecord(value)) return `${at} has to be an object`
    for (const [name, check] of Object.entries(shape)) {
      const wrong = check(value[name], at === '' ? name : `${at}.${name}`)
      if (wrong !== null) return wrong
    }
    return null
  }
}

function list(check: Check): Check {
  return (value, at) => {
    if (!Array.isArray(value)) return `${at} has to be a list`
    for (let i = 0; i < value.length; i++) {
      const wrong = check(value[i], `${at}[${i}]`)
      if (wrong !== null) return wrong
    }
    return null
  }
}

const texts: Check = (value, at) => {
  if (!isRecord(value)) return `${at} has to be an object`
  for (const [name, entry] of Object.entries(value)) {
    const wrong = text(entry, `${at}.${name}`)
    if (wrong !== null) return wrong
  }
  return null
}

const target: Check = (value, at) => {
  if (!isRecord(value)) return `${at} has to be an object`
  if ('pfn' in value) return wholeNumber(0)(value['pfn'], `${at}.pfn`)
  if ('allocation' in value) return wholeNumber(0)(value['allocation'], `${at}.allocation`)
  return `${at} has to name a pfn or an allocation`
}

const orNull =
  (check: Check): Check =>
  (value, at) =>
    value === null ? null : check(value, at)
const positive: Check = (value, at) =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? null : `${at} has to be a number above 0`
const mode: Check = (value, at) =>
  value === 'exhaustive' || value === 'random' || value === 'pct' ? null : `${at} has to be exhaustive, random or pct`
const colouring: Check = (value, at) =>
  (COLOURINGS as readonly unknown[]).includes(value) ? null : `${at} has to be one of ${COLOURINGS.join(', ')}`
const traceForm: Check = (value, at) =>
  (TRACE_FORMS as readonly unknown[]).includes(value) ? null : `${at} has to be one of ${TRACE_FORMS.join(', ')}`
const ifGiven =
  (check: Check): Check =>
  (value, at) =>
    value === undefined ? null : check(value, at)
const textIfGiven = ifGiven(text)
/** A token, or an empty one for the program's own schedule. */
const schedule: Check = (value, at) => {
  if (typeof value !== 'string') return `${at} has to be a string`
  const wrong = value === '' ? null : parseSchedule(value)
  return typeof wrong === 'string' ? `${at}: ${wrong}` : null
}

const run = wholeNumber(1)
const from0 = wholeNumber(0)
const from1 = wholeNumber(1)

const SHAPES: { readonly [K in CallName]: Shape } = {
  hello: { version: from1, lastRun: ifGiven(from0) },
  run: {
    entry: text,
    files: list(object({ path: text, text })),
    era: textOrNull,
    machine: texts,
    schedule: ifGiven(schedule),
  },
  check: { entry: text, files: list(object({ path: text, text })), era: textOrNull, machine: texts },
  translate: { path: text, text, others: ifGiven(list(object({ path: text, text }))) },
  cancel: {},
  map: { run, step: from0, from: from0, to: from0, cells: from1 },
  inks: { run, step: from0, by: colouring, framesPerCell: from1, since: from0 },
  frameRows: { run, step: from0, from: from0, count: from0 },
  timeline: {
    run,
    from: from0,
    to: from0,
    width: from1,
    maxBars: from0,
    filter: textIfGiven,
    pinned: ifGiven(list(from1)),
  },
  totals: { run, from: from0, to: from0 },
  inspect: { run, step: from0, target, full: ifGiven(flag), since: ifGiven(from0) },
  walk: { run, step: from0, space: from0, address: text },
  spaces: { run },
  space: { run, step: from0, space: text },
  findAddress: { run, step: from0, space: text, address: text },
  events: { run, target, from: from0, count: from0, step: ifGiven(from0) },
  origins: { run, step: from0, address: from0, length: from0 },
  steps: { run, from: from0, count: from0 },
  stepsOfLine: { run, file: text, line: from1 },
  neighbours: { run, step: from0, target },
  variables: { run, step: from0 },
  locate: { run, step: from0, target },
  programMemory: { run },
  traceFile: { run, form: traceForm, part: from0 },
  bytes: { run, step: from0, address: from0, length: from0 },
  explain: { code: text },
  explore: {
    entry: text,
    files: list(object({ path: text, text })),
    era: textOrNull,
    machine: texts,
    mode,
    bound: orNull(from0),
    maxExecutions: orNull(from1),
    seed: from0,
    seconds: orNull(positive),
    jobs: from1,
  },
  stopExplore: {},
  pauseExplore: { paused: flag },
  swapSteps: {
    entry: text,
    files: list(object({ path: text, text })),
    era: textOrNull,
    machine: texts,
    schedule: text,
    step: from1,
  },
  lesson: { id: text, files: texts },
  lessonCheck: { id: text, files: texts, program: text, text, race: flag },
}

/** A message that asks for a call, in the right shape. */
export interface CheckedMessage {
  readonly id: number
  readonly call: CallName
  readonly ask: unknown
}

/** What is wrong with a message, and its id if it has one (an answer can be sent only then). */
export interface RefusedMessage {
  readonly id: number | null
  readonly wrong: string
}

/** Checks a message of a window. */
export function checkMessage(data: unknown): CheckedMessage | RefusedMessage {
  if (!isRecord(data)) return { id: null, wrong: 'a message has to be an object' }
  const { id, call, ask } = data
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return { id: null, wrong: 'a message has to have an id' }
  if (typeof call !== 'string' || !Object.hasOwn(SHAPES, call))
    return { id, wrong: `there is no call "${String(call)}"` }
  const wrong = object(SHAPES[call as CallName])(ask, '')
  return wrong === null ? { id, call: call as CallName, ask } : { id, wrong: `${call}: ${wrong}` }
}
