/** Reports as text, in the form of DESIGN §5: plain for a pipe, coloured for a terminal. */
import { ERA_IDS } from '../eras/index.ts'
import { eraChange } from './era-changes.ts'
import type { Diagnosis, Place, Report } from './report.ts'

export interface TextOptions {
  readonly colour: boolean
}

const ESC = '\u001b['
const STYLES = { bold: '1', red: '31', yellow: '33', blue: '34', dim: '2', green: '32' } as const
type Style = keyof typeof STYLES

/** Columns of the labels of a story, of the place after them, and of the line that certainty is set on. */
const LABEL = 17
const PLACE = 14
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
  for (const diagnosis of report.diagnoses) lines.push(...diagnosisLines(diagnosis, report, painter), '')
  lines.push(summary(report, painter))
  return `${lines.join('\n')}\n`
}

function diagnosisLines(diagnosis: Diagnosis, report: Report, painter: Painter): string[] {
  const lines: string[] = []
  const tone: Style = diagnosis.severity === 'error' ? 'red' : diagnosis.severity === 'warning' ? 'yellow' : 'blue'
  const label = diagnosis.severity === 'error' ? '' : `${diagnosis.severity}: `
  const plain = `${diagnosis.code}: ${label}${diagnosis.message}`
  const gap = ' '.repeat(Math.max(2, HEAD - plain.length))
  lines.push(
    `${painter.paint(diagnosis.code, tone, 'bold')}: ` +
      `${label}${diagnosis.message}${gap}${painter.paint(diagnosis.certainty, 'dim')}`,
  )
  const at = placeText(diagnosis.at, true)
  lines.push(`  ${painter.paint(at, 'bold')}   ${whereText(diagnosis)}`)
  for (const line of diagnosis.story) {
    if (line.role === 'used' && line.step === diagnosis.step) continue
    lines.push(row(line.role, line.at, line.text, painter))
  }
  const left = leftText(diagnosis)
  if (left !== '') lines.push(labelled('left', left, painter))
  if (diagnosis.repeats !== undefined) lines.push(labelled('repeated', times(diagnosis.repeats), painter))
  for (const consequence of diagnosis.consequences) {
    const repeats = consequence.repeats === undefined ? '' : ` (and ${times(consequence.repeats)})`
    const text =
      `${placeText(consequence.at, false).padEnd(PLACE)} ${consequence.code}: ` + `${consequence.message}${repeats}`
    lines.push(labelled('so that', text, painter))
  }
  for (const text of eraTexts(diagnosis, report)) lines.push(labelled('eras', text, painter))
  if (diagnosis.fix !== '') lines.push(labelled('fix', diagnosis.fix, painter))
  lines.push(labelled('real kernel', diagnosis.kernel === '' ? 'prints nothing' : diagnosis.kernel, painter))
  return lines
}

function whereText(diagnosis: Diagnosis): string {
  const used = [...diagnosis.story].reverse().find((line) => line.step === diagnosis.step)
  const call = used === undefined ? '' : used.text.replace(/, by [^,]*$/, '').replace(/ → .*$/, '')
  return `${call.padEnd(24)}  task ${diagnosis.task}, step ${diagnosis.step}`
}

function row(role: string, at: Place | null, text: string, painter: Painter): string {
  const place = at === null ? '' : placeText(at, false)
  return labelled(role, `${place.padEnd(PLACE)} ${text}`, painter)
}

function labelled(label: string, text: string, painter: Painter): string {
  return `  ${painter.paint(label, 'dim')}${' '.repeat(Math.max(1, LABEL - label.length))}${text}`
}

function leftText(diagnosis: Diagnosis): string {
  const parts = diagnosis.rights_left.map(({ kind, on, at }) => {
    const place = at === null ? '' : `${placeText(at, false)}, `
    return `${kind.replaceAll('-', ' ')} (${place}on the ${on})`
  })
  const counted =
    parts.length === 0 ? '' : `${parts.length} right${parts.length === 1 ? '' : 's'}: ${parts.slice(0, 4).join(', ')}`
  const more = parts.length > 4 ? `, and ${parts.length - 4} more` : ''
  const names = diagnosis.pointers
    .filter(({ name }) => name !== '')
    .map(({ name, at }) => (at === null ? name : `${name} (${placeText(at, false)})`))
  const pointers = names.length === 0 ? '' : `pointers: ${names.join(', ')}`
  return [`${counted}${more}`, pointers].filter((text) => text !== '').join(' · ')
}

/** One text per group of eras that say the same. */
function eraTexts(diagnosis: Diagnosis, report: Report): string[] {
  const texts: string[] = []
  const entries = ERA_IDS.filter((era) => era in diagnosis.eras).map(
    (era) => [era, diagnosis.eras[era] ?? null] as const,
  )
  for (let i = 0; i < entries.length;) {
    const first = entries[i]
    if (first === undefined) break
    let end = i + 1
    while (end < entries.length && sameVerdict(entries[end]?.[1] ?? null, first[1])) end++
    const last = entries[end - 1]?.[0] ?? first[0]
    const toTheEnd = last === ERA_IDS[ERA_IDS.length - 1] && last !== first[0]
    const who =
      last === first[0]
        ? first[0]
        : toTheEnd && contiguous(first[0], last, entries.length)
          ? `${first[0]} and later`
          : `${first[0]} to ${last}`
    texts.push(`${who}: ${verdictText(first[1], report.era)}`)
    i = end
  }
  return texts
}

function contiguous(first: string, last: string, _count: number): boolean {
  return ERA_IDS.indexOf(first) < ERA_IDS.indexOf(last)
}

function verdictText(codes: readonly string[] | null, own: string): string {
  if (codes === null) return 'the run did not finish'
  if (codes.length === 0) return `nothing wrong with this memory (unlike ${own})`
  const why = codes.map((code) => eraChange(code)).find((text) => text !== '') ?? ''
  return `${codes.join(', ')}${why === '' ? '' : ` — ${why}`}`
}

function sameVerdict(x: readonly string[] | null, y: readonly string[] | null): boolean {
  if (x === null || y === null) return x === y
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
  return (
    `${report.program} · ${report.era} (${report.basis}) · ${found}${ended} · ${report.stats.operations} ` +
    `operations`
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
