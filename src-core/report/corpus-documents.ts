/** docs/static-check.md and docs/diagnoses.md, made from what was measured on the corpus. For tests. */
import { CODES, type DiagnosisCode } from './catalogue.ts'
import { FOUND } from './catalogue/caught-by.ts'
import { languagesOf } from './catalogue/languages.ts'

/** What the static check said of a corpus program with a mistake. */
export interface MeasuredMistake {
  /** `code/bad-1`. */
  readonly name: string
  readonly code: string
  /** Found at the place where the run finds it. */
  readonly found: boolean
  /** Found as an error, not only as something possible. */
  readonly definite: boolean
  /** Why the text does not show the mistake; null = it does. */
  readonly invisible: string | null
}

const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`

/** docs/static-check.md. */
export function staticDocument(bad: readonly MeasuredMistake[]): string {
  const codes = [...new Set(bad.map(({ code }) => code))].sort()
  const rows = codes.map((code) => {
    const mine = bad.filter((one) => one.code === code)
    const visible = mine.filter((one) => one.invisible === null)
    const found = visible.filter((one) => one.found)
    return [code, mine.length, visible.length, found.length, found.filter((one) => one.definite).length] as const
  })
  const sum = (at: 1 | 2 | 3 | 4): number => rows.reduce((total, row) => total + row[at], 0)
  const share = ((100 * sum(3)) / sum(2)).toFixed(1)
  const missed = bad.filter((one) => !one.found && one.invisible === null)
  return [
    '# What the static check finds',
    '',
    'Made by `STATIC_DOC=write npx vitest run src-core/report/static-corpus.test.ts` from the programs of',
    '`corpus/diagnoses`: those with a mistake, those whose mistake is visible in the text, those of them that',
    '`pageward check` finds at the place where the run finds it, and how many of these it calls definite (an error);',
    'the others are possible, or have no consequence in their era (a warning). Fixed twins, examples and programs of',
    'the runtime tests that are right get no error. The check was made with this corpus at hand: on other programs',
    'expect less.',
    '',
    `${sum(3)} of ${sum(2)} visible mistakes are found (${share} %), ${sum(4)} of them as errors; ` +
      `${sum(1) - sum(2)} of ${sum(1)} are not visible.`,
    '',
    line(['code', 'programs', 'visible', 'found', 'definite']),
    line(['---', '---:', '---:', '---:', '---:']),
    ...rows.map(([code, ...counts]) => line([`\`${code}\``, ...counts])),
    line(['all', sum(1), sum(2), sum(3), sum(4)]),
    '',
    '## Visible and not found',
    '',
    ...missed.map(({ name }) => `- ${name}`),
    '',
    '## Not visible in the text',
    '',
    line(['program', 'why']),
    line(['---', '---']),
    ...bad.filter((one) => one.invisible !== null).map(({ name, invisible }) => line([name, invisible ?? ''])),
    '',
    '## How it works, and what it does not see',
    '',
    'The check walks the program the way it would run, on values that stand for "this allocation" and "something",',
    'along every path that differs from the usual one in up to three decisions: a call that fails, a condition that',
    'the text does not tell, a thread that runs at once instead of later. It is no proof:',
    '',
    '- a loop whose end the text does not tell is walked no time, once or twice; paths stop at a budget;',
    '- a task runs to its end once it runs: what needs another task between two of its lines is not seen;',
    '- which memory the allocator hands out next is not known;',
    '- what is given to a function that has no contract may be kept by it: it is never called lost.',
    '',
  ].join('\n')
}

/** docs/diagnoses.md. `twins` counts the fixed twins by code. */
export function diagnosesDocument(bad: readonly MeasuredMistake[], twins: ReadonlyMap<string, number>): string {
  const rows = CODES.map((code: DiagnosisCode) => {
    const mine = bad.filter((one) => one.code === code)
    const visible = mine.filter((one) => one.invisible === null)
    const found = visible.filter((one) => one.found).length
    const languages = languagesOf(code)
    const text = visible.length === 0 ? '–' : `${found} of ${visible.length}`
    return line([
      `\`${code}\``,
      mine.length,
      twins.get(code) ?? 0,
      text,
      languages === null ? '' : FOUND[languages.c],
      languages === null ? '' : FOUND[languages.rust],
    ])
  })
  return [
    '# Every diagnosis: who finds it',
    '',
    'Made by `STATIC_DOC=write npx vitest run src-core/report/static-corpus.test.ts`. Programs with the mistake in',
    '`corpus/diagnoses`, all of which the run finds at their line, in every era they name; fixed twins, in all',
    'of which it finds nothing: `npm test` fails otherwise (its stage `corpus`). Of the mistakes that the text shows,',
    'how many `pageward check` finds before a run. And what finds the mistake in a real kernel’s source, in C and in',
    'Rust; `pageward explain CODE` says why.',
    '',
    line(['code', 'bad programs, found', 'twins, silent', 'found in the text', 'in C', 'in Rust']),
    line(['---', '---:', '---:', '---:', '---', '---']),
    ...rows,
    '',
    '`not-in-this-era` is told by the compiler; the programs of `munmap-window` name the schedule that `pageward',
    'explore` found; `not-simulated` needs a function that is not simulated, and there is none.',
    '',
  ].join('\n')
}
