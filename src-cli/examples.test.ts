/**
 * The example drivers: each folder is complete, a broken variant differs from its correct twin by the mistake alone,
 * and examples/facts.json maps what is known of a real driver to lines that are there and to runs that happen.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { example, explored, folders, pageward, type Run } from './testing/example-folders.ts'

const ROOT = join(import.meta.dirname, '..')
const DRIVERS = 'examples/drivers'
/** A diff has to stay below this. */
const DIFF_LINES = 10

interface Fact {
  readonly kind: string
  readonly what: string
  readonly file?: string
  readonly text?: string
  readonly omitted?: string
  readonly run?: string
  readonly log?: string
}
interface Facts {
  readonly sections: readonly {
    readonly section: string
    readonly example: string
    /** Era that its programs run in, if not the first. */
    readonly era?: string
    readonly rows: readonly Fact[]
  }[]
}

const text = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8')
const facts = JSON.parse(text('examples/facts.json')) as Facts

/** Lines of a program without those that only comment. */
function codeOf(folder: string, file: string): string[] {
  return text(DRIVERS, folder, file)
    .split('\n')
    .filter((line) => line !== '' && !/^\s*(\/\/|\/\*\*|\*)/.test(line))
}

/** Changed lines of a diff: the longer side of it, by the longest common subsequence. */
function changedLines(a: readonly string[], b: readonly string[]): number {
  let row = new Uint16Array(b.length + 1)
  for (const line of a) {
    const next = new Uint16Array(b.length + 1)
    for (let i = 1; i <= b.length; i++) next[i] = line === b[i - 1] ? row[i - 1]! + 1 : Math.max(row[i]!, next[i - 1]!)
    row = next
  }
  return Math.max(a.length, b.length) - row[b.length]!
}

describe.each(folders)('example %s', (folder) => {
  const { programs, systems } = example(folder)

  it('has a README that names what is real, what each era says and what was left out', () => {
    const readme = text(DRIVERS, folder, 'README.md')
    for (const word of ['The real code', 'Look at', 'What each era says', 'Left out']) expect(readme).toContain(word)
    expect(readme).toMatch(/[Mm]essages? \d|No message of the thread/)
    expect(readme).toMatch(/v6\.\d+/)
    for (const { file } of programs) expect(readme).toContain(`\`${file}\``)
    expect(systems.length).toBeGreaterThan(0)
  })

  it('lists every program that has an @expect line, for every era', () => {
    const files = readdirSync(join(ROOT, DRIVERS, folder)).filter((name) => name.endsWith('.ts'))
    const expecting = files.filter((name) => /^\/\/ @expect /m.test(text(DRIVERS, folder, name)))
    expect(programs.map(({ file }) => file).sort()).toEqual(expecting.sort())
    for (const file of expecting) expect(text(DRIVERS, folder, file)).toMatch(/^\/\/ @era all$/m)
  })

  it.each(programs)('$file has a twin if it breaks a rule', ({ file, twin }) => {
    const mistakes = text(DRIVERS, folder, file)
      .split('\n')
      .filter((line) => /^\/\/ @expect (?!none|not-in-this-era|warn-on)/.test(line) && !line.endsWith(' memdesc'))
    if (mistakes.length > 0) expect(twin).toBeDefined()
  })

  const variants = programs.filter(({ twin }) => twin !== undefined)
  it.each(variants)('$file differs from its twin by the mistake', (program) => {
    const changed = changedLines(codeOf(folder, program.file), codeOf(folder, program.twin!))
    expect(changed).toBeGreaterThan(0)
    expect(changed).toBeLessThan(DIFF_LINES)
  })
})

describe('what an example says of its schedules', () => {
  const claims = folders.flatMap((folder) => (example(folder).explore ?? []).map((claim) => ({ folder, ...claim })))

  it.each(claims)('the README of $folder has the figure of $file in $era', ({ folder, file, executions }) => {
    const row = new RegExp(`${file.replace('.', '\\.')}.*\\b${executions}\\b`)
    expect(text(DRIVERS, folder, 'README.md')).toMatch(row)
  })

  // The programs without findings are explored in examples.long.ts.
  it.each(claims.filter(({ codes }) => codes.length > 0))('$folder/$file in $era: $codes', explored, 120_000)
})

describe('examples/facts.json', () => {
  const logs = new Map<string, readonly string[]>()
  const eras = new Map<string, Set<string>>()
  for (const { era = 'v6.12', example: folder, rows } of facts.sections) {
    const programs = rows.flatMap(({ run }) => (run === undefined ? [] : [`${DRIVERS}/${folder}/${run}`]))
    eras.set(era, new Set([...(eras.get(era) ?? []), ...programs]))
  }

  beforeAll(() => {
    for (const [era, files] of eras) {
      const words = ['run', ...files, '--era', era, '--no-eras']
      // A single program is no list of reports.
      const answer = pageward<{ reports?: Run[] } & Run>(words)
      for (const { program, log, outcome } of answer.reports ?? [answer]) {
        expect(outcome).toBe('completed')
        logs.set(program, log)
      }
    }
  }, 240_000)

  describe.each(facts.sections)('section $section in $example', ({ example: folder, rows }) => {
    it.each(rows)('$kind: $what', ({ kind, file, text: fragment, omitted, run, log }) => {
      // A fact is a line of the example, or an omission with its reason; both if a variant has what was put right.
      expect(fragment !== undefined || omitted !== undefined).toBe(true)
      if (omitted !== undefined) expect(omitted.length).toBeGreaterThan(15)
      if (fragment !== undefined) expect(text(DRIVERS, folder, file!)).toContain(fragment)
      if (kind === 'error path' && omitted === undefined) expect(log).toBeDefined()
      if (log !== undefined) expect(logs.get(`${DRIVERS}/${folder}/${run!}`)).toContain(log)
    })
  })
})
