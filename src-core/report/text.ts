/** Reports as text, in the form of DESIGN §5: plain for a pipe, coloured for a terminal. */
import { ERA_IDS, findEra } from '../eras/index.ts'
import { eraChange, eraEnd } from './era-changes.ts'
import type { Diagnosis, Place, Report } from './report.ts'

export interface TextOptions {
  readonly colour: boolean
}

const ESC = '\u001b['
const STYLES = { bold: '1', red: '31', yellow: '33', blue: '34', dim: '2', green: '32' } as const
type Style = keyof typeof STYLES

/** Columns of the labels of a story, and of the line that certainty is set on. */
const LABEL = 17
const HEAD = 88

export class Painter {
  constructor(private readonly colour: boolean) {}
  paint(text: string, ...styles: readonly Style[]): string {
    if (!this.colour || text === '') return text
    return `${ESC}${styles.map((style) => STYLES[style]).join(';')}m${text}${ESC}0m`
  }
}

/** One report as text, newline at the end. */
export function textReport(report: Report, options: TextOptions): string {
  const painter = new Painter(options.colour)
  const lines: string[] = []
  for (const error of report.errors ?? []) {
    lines.push(
      `${placeText(error.at, true)}: ${painter.paint('error', 'red', 'bold')}: ${error.message} [${error.code}]`,
    )
  }
  const log = painter.paint('log', 'dim')
  for (const line of report.log) lines.push(`${log}  ${line}`)
  if (report.log.length > 0) lines.push('')
  for (const diagnosis of report.diagnoses) lines.push(...diagnosisLines(diagnosis, report, painter), '')
  lines.push(summary(report, painter))
  return `${lines.join('\n')}\n`
}

function diagnosisLines(diagnosis: Diagnosis, report: Report, painter: Painter): string[] {
  const lines: string[] = []
  const { code, severity, certainty, message } = diagnosis
  const tone: Style = severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'blue'
  const label = severity === 'error' ? '' : `${severity}: `
  const gap = ' '.repeat(Math.max(2, HEAD - code.length - label.length - message.length - 2))
  lines.push(`${painter.paint(code, tone, 'bold')}: ${label}${message}${gap}${painter.paint(certainty, 'dim')}`)
  lines.push(`  ${painter.paint(placeText(diagnosis.at, true), 'bold')}   ${whereText(diagnosis)}`)
  const story = diagnosis.story.filter(({ role, step }) => role !== 'used' || step !== diagnosis.step)
  const places = [...story, ...(diagnosis.candidates ?? []), ...diagnosis.consequences].map(({ at }) => at)
  const width = Math.max(...places.map((at) => (at === null ? 0 : placeText(at, false).length)), 0)
  const row = (name: string, at: Place | null, text: string): void => {
    const place = at === null ? '' : placeText(at, false)
    lines.push(labelled(name, width === 0 ? text : `${place.padEnd(width)}  ${text}`, painter))
  }
  for (const { role, at, text } of story) row(role, at, text)
  for (const { at, text } of diagnosis.candidates ?? []) row('candidate', at, text)
  const left = leftText(diagnosis)
  if (left !== '') lines.push(labelled('left', left, painter))
  if (diagnosis.repeats !== undefined) lines.push(labelled('repeated', times(diagnosis.repeats), painter))
  for (const consequence of diagnosis.consequences) {
    const repeats = consequence.repeats === undefined ? '' : ` (and ${times(consequence.repeats)})`
    row('so that', consequence.at, `${consequence.code}: ${consequence.message}${repeats}`)
  }
  for (const text of eraTexts(diagnosis)) lines.push(labelled('eras', text, painter))
  if (diagnosis.fix !== '') lines.push(labelled('fix', diagnosis.fix, painter))
  const kernel = diagnosis.kernel === '' ? silence(report) : diagnosis.kernel
  const indent = ' '.repeat(2 + LABEL)
  if (kernel !== '')
    lines.push(
      ...labelled('real kernel', kernel.replaceAll('\n', `\n${indent}`), painter)
        .split('\n')
        .map(trimmed),
    )
  return lines
}

const trimmed = (line: string): string => line.trimEnd()

/** What a real kernel does where it prints nothing; no kernel speaks of what only the simulator knows. */
function silence(report: Report): string {
  return report.era === 'memdesc' ? '' : 'prints nothing here'
}

function whereText(diagnosis: Diagnosis): string {
  const told = [...diagnosis.story].reverse().find((line) => line.step === diagnosis.step)
  const call =
    told === undefined
      ? ''
      : told.text
          .replace(/, by [^,]*$/, '')
          .replace(/ → .*$/, '')
          .replace(/ — .*$/, '')
  return `${call.padEnd(24)}  task ${diagnosis.task}, step ${diagnosis.step}`
}

function labelled(label: string, text: string, painter: Painter): string {
  return `  ${painter.paint(label, 'dim')}${' '.repeat(Math.max(1, LABEL - label.length))}${text}`
}

/** `1 page reference (driver.ts:8, on the page) · pointers: b (driver.ts:9)`. */
function leftText(diagnosis: Diagnosis): string {
  const groups = new Map<
    string,
    { readonly word: string; readonly on: string; readonly places: string[]; count: number }
  >()
  for (const { kind, on, at } of diagnosis.rights_left) {
    const group = groups.get(`${kind} ${on}`) ?? { word: kind.replaceAll('-', ' '), on, places: [], count: 0 }
    group.count++
    const place = at === null ? '' : placeText(at, false)
    if (place !== '' && group.places.length < 4 && !group.places.includes(place)) group.places.push(place)
    groups.set(`${kind} ${on}`, group)
  }
  const parts = [...groups.values()].map(
    ({ word, on, places, count: n }) => `${n} ${word}${n === 1 ? '' : 's'} (${[...places, `on the ${on}`].join(', ')})`,
  )
  const names = diagnosis.pointers
    .filter(({ name }) => name !== '')
    .map(({ name, at }) => (at === null ? name : `${name} (${placeText(at, false)})`))
  if (names.length > 0) parts.push(`pointers: ${names.join(', ')}`)
  return parts.join(' · ')
}

/** One text per group of neighbouring eras that say the same, each with what it rests on. */
export function eraTexts(diagnosis: Diagnosis): string[] {
  const groups: { who: string; verdict: string }[] = []
  const entries = ERA_IDS.filter((era) => era in diagnosis.eras).map(
    (era) => [era, diagnosis.eras[era] ?? null] as const,
  )
  for (let i = 0; i < entries.length;) {
    const [first, codes] = entries[i] ?? ['', null]
    const basis = findEra(first)?.basis
    let end = i + 1
    for (; end < entries.length; end++) {
      const [next, theirs] = entries[end] ?? ['', null]
      if (!follows(entries[end - 1]?.[0], next) || !same(theirs, codes) || findEra(next)?.basis !== basis) break
    }
    const last = entries[end - 1]?.[0] ?? first
    const who = `${last === first ? first : `${first} to ${last}`} (${basis ?? 'source'})`
    const verdict = verdictText(codes, last)
    const before = groups.at(-1)
    if (before?.verdict === verdict && follows(entries[i - 1]?.[0], first)) before.who += `, ${who}`
    else groups.push({ who, verdict })
    i = end
  }
  return groups.map(({ who, verdict }) => `${who}: ${verdict}`)
}

function follows(era: string | undefined, next: string | undefined): boolean {
  return era !== undefined && next !== undefined && ERA_IDS.indexOf(next) === ERA_IDS.indexOf(era) + 1
}

function verdictText(codes: readonly string[] | null, era: string): string {
  if (codes === null) return 'the run did not finish'
  if (codes.length === 0) return ['no error on this memory', eraEnd(era)].filter((text) => text !== '').join(' — ')
  const why = codes.map((code) => eraChange(code)).find((text) => text !== '') ?? ''
  return `${codes.join(', ')}${why === '' ? '' : ` — ${why}`}`
}

function same(x: readonly string[] | null | undefined, y: readonly string[] | null): boolean {
  if (x === undefined || x === null || y === null) return x === y
  return x.length === y.length && x.every((code, i) => code === y[i])
}

function times(count: number): string {
  return count === 1 ? '1 more time' : `${count} more times`
}

function summary(report: Report, painter: Painter): string {
  const errors = report.diagnoses.filter(({ severity }) => severity === 'error').length
  const warnings = report.diagnoses.filter(({ severity }) => severity === 'warning').length
  const notes = report.diagnoses.length - errors - warnings
  const counts = [count(errors, 'error'), count(warnings, 'warning'), count(notes, 'note')].filter(
    (text) => text !== '',
  )
  const found = counts.length === 0 ? painter.paint('nothing found', 'green') : counts.join(', ')
  const ended =
    report.outcome === 'completed'
      ? ''
      : ` · outcome: ${report.outcome}${report.budget === undefined ? '' : ` (${report.budget.limit})`}`
  if (report.outcome === 'compile-error') return `${report.program} · ${report.era} · does not compile`
  const { budget } = report
  const place = budget?.at === undefined ? '' : `${budget.at.file}:${budget.at.line}: `
  const stopped = budget === undefined ? '' : `${painter.paint('ended early', 'yellow')}: ${place}${budget.message}\n\n`
  return (
    `${stopped}${report.program} · ${report.era} (${report.basis}) · ${found}${ended} · ` +
    (count(report.stats.operations, 'operation') || '0 operations')
  )
}

function count(n: number, word: string): string {
  return n === 0 ? '' : `${n} ${word}${n === 1 ? '' : 's'}`
}

/** `driver.ts:13` or, with the column, `driver.ts:13:1`. */
export function placeText(at: Place, column: boolean): string {
  const file = at.file.slice(at.file.lastIndexOf('/') + 1)
  return column ? `${at.file}:${at.line}:${at.column}` : `${file}:${at.line}`
}
