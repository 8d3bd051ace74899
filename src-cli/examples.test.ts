/**
 * The example drivers: each folder is complete, a broken variant differs from its correct twin by the mistake alone,
 * and examples/facts.json maps what is known of a real driver to lines that are there and to runs that happen.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const DRIVERS = 'examples/drivers'
/** A diff has to stay below this. */
const DIFF_LINES = 10
const PANELS = ['memory-map', 'timeline', 'inspector', 'problems', 'console', 'eras']

interface Look {
  readonly file: string
  readonly line: number
  readonly panels: readonly string[]
  readonly text: string
}
interface ExampleProgram {
  readonly file: string
  readonly title: string
  readonly line: string
  readonly twin?: string
  readonly look?: Look
}
interface Example {
  readonly level: string
  readonly systems: readonly string[]
  readonly programs: readonly ExampleProgram[]
}
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
  readonly sections: readonly { readonly section: string; readonly example: string; readonly rows: readonly Fact[] }[]
}

const text = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8')
/** Folders with an example.json: `npm run generate` refuses one without. */
const folders = readdirSync(join(ROOT, DRIVERS))
  .filter((folder) => existsSync(join(ROOT, DRIVERS, folder, 'example.json')))
  .sort()
const example = (folder: string): Example => JSON.parse(text(DRIVERS, folder, 'example.json')) as Example
/** The examples of real drivers; the others are the first steps. */
const drivers = folders.filter((folder) => example(folder).level === 'drivers')
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

describe.each(drivers)('example %s', (folder) => {
  const { programs, systems } = example(folder)
  const path = (file: string): string => join(ROOT, DRIVERS, folder, file)

  it('has a README that names what is real, what each era says and what was left out', () => {
    const readme = text(DRIVERS, folder, 'README.md')
    for (const word of ['The real code', 'Look at', 'What each era says', 'Left out']) expect(readme).toContain(word)
    for (const { file } of programs) expect(readme).toContain(`\`${file}\``)
    expect(systems.length).toBeGreaterThan(0)
  })

  it('lists every program that has an @expect line, for every era', () => {
    const files = readdirSync(join(ROOT, DRIVERS, folder)).filter((name) => name.endsWith('.ts'))
    const expecting = files.filter((name) => /^\/\/ @expect /m.test(text(DRIVERS, folder, name)))
    expect(programs.map(({ file }) => file).sort()).toEqual(expecting.sort())
    for (const file of expecting) expect(text(DRIVERS, folder, file)).toMatch(/^\/\/ @era all$/m)
  })

  const variants = programs.filter(({ twin }) => twin !== undefined)
  it.each(variants)('$file differs from its twin by the mistake', (program) => {
    const changed = changedLines(codeOf(folder, program.file), codeOf(folder, program.twin!))
    expect(changed).toBeGreaterThan(0)
    expect(changed).toBeLessThan(DIFF_LINES)
  })

  it.each(programs)('$file says where to look', ({ look, title, line }) => {
    expect(title).not.toBe('')
    expect(line).not.toBe('')
    expect(look).toBeDefined()
    expect(existsSync(path(look!.file))).toBe(true)
    expect(text(DRIVERS, folder, look!.file).split('\n')[look!.line - 1]?.trim()).toBeTruthy()
    expect(look!.text.length).toBeGreaterThan(20)
    for (const panel of look!.panels) expect(PANELS).toContain(panel)
  })
})

describe('examples/facts.json', () => {
  const logs = new Map<string, readonly string[]>()
  const runs = new Set(
    facts.sections.flatMap(({ example: folder, rows }) =>
      rows.flatMap(({ run }) => (run === undefined ? [] : [`${DRIVERS}/${folder}/${run}`])),
    ),
  )

  beforeAll(() => {
    const files = [...runs]
    const words = ['scripts/pageward.mjs', 'run', ...files, '--no-eras', '--format', 'json']
    const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 })
    if (stdout === '') throw new Error(stderr)
    const { reports } = JSON.parse(stdout) as { reports: { program: string; log: string[]; outcome: string }[] }
    for (const { program, log, outcome } of reports) {
      expect(outcome).toBe('completed')
      logs.set(program, log)
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
