/**
 * A report as the body of a mail to a kernel list: plain ASCII, 72 columns, no markup. Where two or more tasks are
 * involved in a diagnosis, its story is drawn as lockdep draws it: one column per CPU, time downwards.
 */
import type { Diagnosis, Place, Report, StoryLine } from './report.ts'
import { eraTexts, placeText } from './text.ts'

const COLUMNS = 72

/** The report as mail text, newline at the end. Same report, same bytes. */
export function lkmlText(report: Report): string {
  const lines: string[] = []
  const { diagnoses, errors = [] } = report
  lines.push(...wrapped(heading(report), '', ''), '')
  for (const { at, message, code } of errors) lines.push(...wrapped(`${place(at)}: ${message} [${code}]`, '  ', '    '))
  if (errors.length > 0) lines.push('')
  diagnoses.forEach((diagnosis, i) => {
    lines.push(...diagnosisLines(diagnosis, diagnoses.length > 1 ? `${i + 1}. ` : ''), '')
  })
  lines.push(...wrapped(basisText(report), '', ''))
  return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`
}

/** One diagnosis as mail text: what the app's "copy as LKML text" gives. */
export function lkmlDiagnosis(diagnosis: Diagnosis): string {
  return `${diagnosisLines(diagnosis, '').join('\n')}\n`
}

function heading(report: Report): string {
  const { program, era, outcome } = report
  if (outcome === 'compile-error') return `${program} does not compile (era ${era}).`
  const errors = report.diagnoses.filter(({ severity }) => severity === 'error').length
  const others = report.diagnoses.length - errors
  if (errors + others === 0) return `${program}: nothing found in era ${era} (outcome: ${outcome}).`
  const counts = [many(errors, 'error'), many(others, 'remark')].filter((text) => text !== '').join(' and ')
  return `${program}: ${counts} in era ${era} (outcome: ${outcome}).`
}

function basisText(report: Report): string {
  const { operations } = report.stats
  const schedule = report.schedule === '' ? '' : ` Replay with --schedule ${report.schedule}.`
  return (
    `Found by running the program on a simulated kernel memory manager (Pageward), era ${report.era}, ` +
    `basis: ${report.basis}, ${operations} operations.${schedule}`
  )
}

function diagnosisLines(diagnosis: Diagnosis, number: string): string[] {
  const { code, severity, certainty, message, at, task } = diagnosis
  const lines = wrapped(`${number}${code} (${severity}, ${certainty}): ${message}`, '', '   ')
  lines.push(...wrapped(`at ${place(at)}, task ${task}`, '   ', '      '), '')
  const tasks = [...new Set(diagnosis.story.map((line) => line.task))]
  if (tasks.length > 1) lines.push(...cpuPicture(diagnosis.story, tasks), '')
  else for (const line of diagnosis.story) lines.push(...storyRow(line))
  for (const { at: where, text } of diagnosis.candidates ?? [])
    lines.push(...wrapped(`candidate: ${text}${where === null ? '' : ` (${brief(where)})`}`, '   ', '      '))
  if (diagnosis.rights_left.length > 0) {
    lines.push('')
    for (const { kind, on, holder, at: taken } of diagnosis.rights_left) {
      const where = taken === null ? '' : `, taken at ${brief(taken)}`
      lines.push(
        ...wrapped(`left: ${kind.replaceAll('-', ' ')} on the ${on}, held by ${holder}${where}`, '   ', '      '),
      )
    }
  }
  for (const { code: what, message: text, at: where } of diagnosis.consequences)
    lines.push(...wrapped(`so that: ${what} at ${brief(where)}: ${text}`, '   ', '      '))
  lines.push('')
  for (const text of eraTexts(diagnosis)) lines.push(...wrapped(`eras: ${text}`, '   ', '      '))
  // What a kernel prints over several lines stays as it is: a log is not folded.
  const printed = diagnosis.kernel.split('\n')
  if (printed.length > 1) lines.push('   kernel prints:', ...printed.map((line) => `      ${ascii(line)}`))
  else if (diagnosis.kernel !== '') lines.push(...wrapped(`kernel prints: ${diagnosis.kernel}`, '   ', '      '))
  if (diagnosis.fix !== '') lines.push(...wrapped(`fix: ${diagnosis.fix}`, '   ', '      '))
  return lines.map((line) => line.trimEnd()).filter((line, i, all) => line !== '' || all[i - 1] !== '')
}

function storyRow({ role, at, text }: StoryLine): string[] {
  const label = `   ${`${role}:`.padEnd(13)}`
  return wrapped(`${text}${at === null ? '' : ` (${brief(at)})`}`, label, ' '.repeat(label.length))
}

/** Columns by task, rows by step; with more than two tasks the columns get narrower, down to 20. */
function cpuPicture(story: readonly StoryLine[], tasks: readonly string[]): string[] {
  const shown = tasks.slice(0, 3)
  const width = Math.floor((COLUMNS - 4) / shown.length)
  const lines = [`   ${shown.map((task, i) => `CPU${i} (${task})`.slice(0, width - 1).padEnd(width)).join('')}`]
  lines.push(
    `   ${shown.map((task, i) => '-'.repeat(Math.min(width - 1, `CPU${i} (${task})`.length)).padEnd(width)).join('')}`,
  )
  for (const { task, text, at } of [...story].sort((a, b) => a.step - b.step)) {
    const column = Math.max(shown.indexOf(task), 0)
    const where = at === null ? '' : ` [${brief(at)}]`
    const cell = fold(`${shortCall(text)}${where}`, width - 2)
    for (const part of cell) lines.push(`   ${' '.repeat(column * width)}${part}`)
  }
  return lines
}

/** `kfree(a)` of `kfree(a) -- gives the page back`. */
function shortCall(text: string): string {
  return ascii(text)
    .replace(/, (by|owner:) [^,]*$/, '')
    .replace(/ -> .*$/, '')
    .replace(/ -- .*$/, '')
}

function place(at: Place): string {
  return ascii(`${at.file}:${at.line}`)
}

/** Without its folder. */
function brief(at: Place): string {
  return ascii(placeText(at, false))
}

function many(count: number, word: string): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`
}

/** Text after `first` on its first line and after `next` on the others, none longer than 72 columns if it can be. */
function wrapped(text: string, first: string, next: string): string[] {
  return fold(ascii(text), COLUMNS - Math.max(first.length, next.length)).map(
    (line, i) => (i === 0 ? first : next) + line,
  )
}

/** Splits at spaces; a word longer than the width is cut. */
function fold(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (let word of text.split(' ')) {
    while (word.length > width) {
      if (line !== '') lines.push(line)
      line = ''
      lines.push(word.slice(0, width))
      word = word.slice(width)
    }
    if (line === '') line = word
    else if (line.length + 1 + word.length <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  if (line !== '') lines.push(line)
  return lines
}

const ASCII: Readonly<Record<string, string>> = {
  '→': '->',
  '—': '--',
  '–': '-',
  '·': ';',
  '…': '...',
  '×': 'x',
  '≥': '>=',
  '≤': '<=',
  '’': "'",
  '“': '"',
  '”': '"',
  '§': 'section ',
}

/** The same text in ASCII; what has no near form becomes `?`. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (char) => ASCII[char] ?? '?')
}
