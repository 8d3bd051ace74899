/**
 * The static check measured on the corpus. Programs whose mistake is not in the text stand in
 * corpus/static-invisible.json with the reason. docs/static-check.md is written by
 * `STATIC_DOC=write npx vitest run src-core/compiler/static/corpus.test.ts`.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { posix } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { beforeAll, describe, expect, it } from 'vitest'
import { ERA_IDS } from '../../eras/index.ts'
import { earliestEra } from '../../eras/rust-api.ts'
import { surfaceIndexOf } from '../../surface/era-index.ts'
import { SURFACE_INDEX } from '../../surface/generated/index.ts'
import { Compiler, relativeImports } from '../compile.ts'
import type { Expectation, SourceFile } from '../contract.ts'
import { parsePragmas } from '../pragmas.ts'
import { checkOwnership } from './check.ts'

const ROOT = new URL('../../../', import.meta.url).pathname
const CORPUS = 'corpus/diagnoses'
const DOC = 'docs/static-check.md'

interface Measured {
  readonly path: string
  readonly code: string
  readonly expected: readonly Expectation[]
  readonly found: boolean
  /** Found as an error, not only as something possible. */
  readonly definite: boolean
  /** Errors that nothing expects, by era. */
  readonly surplus: readonly string[]
}

interface Invisible {
  readonly program: string
  readonly reason: string
}

const INVISIBLE = JSON.parse(readFileSync(`${ROOT}corpus/static-invisible.json`, 'utf8')) as {
  readonly reasons: Readonly<Record<string, string>>
  readonly programs: readonly Invisible[]
}

function snippets(folder: string): string[] {
  return readdirSync(`${ROOT}${folder}`, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return snippets(path)
      return /(?<!\.test|\.long)\.ts$/.test(entry.name) ? [path] : []
    })
}

function program(path: string): SourceFile[] {
  const files: SourceFile[] = [{ path, text: readFileSync(`${ROOT}${path}`, 'utf8') }]
  for (const file of files) {
    for (const { specifier } of relativeImports(file.text)) {
      const base = posix.join(posix.dirname(file.path), specifier)
      const found = [base, `${base}.ts`].find((one) => one.endsWith('.ts') && existsSync(`${ROOT}${one}`))
      if (found === undefined || files.some((one) => one.path === found)) continue
      files.push({ path: found, text: readFileSync(`${ROOT}${found}`, 'utf8') })
    }
  }
  return files
}

const compiler = new Compiler()
/** Only names of the Rust surface come and go with the eras. */
const IS_RUST = /from '(?:kernel|thread|asahi)\b/

/** What the text of a program shows in an era: errors of the compiler and of the static check. */
function shown(files: readonly SourceFile[], era: string) {
  const entry = files[0]!.path
  const rust = files.some(({ text }) => IS_RUST.test(text))
  const errors = rust ? compiler.compile(entry, files, surfaceIndexOf(era)).errors : []
  const told = errors.map(({ code, file, line }) => ({ code, file, line, severity: 'error' }))
  const found = checkOwnership(entry, files, SURFACE_INDEX, { era })
  return [...told, ...found.map(({ code, at, severity }) => ({ code, file: at.file, line: at.line, severity }))]
}

/** The eras that a program names for itself. */
function erasOf(files: readonly SourceFile[], eras: readonly string[] | null): readonly string[] {
  if (eras !== null) return eras.includes('all') ? ERA_IDS : eras
  const rust = files.some(({ text }) => IS_RUST.test(text))
  return [earliestEra(rust ? (compiler.compile(files[0]!.path, files, SURFACE_INDEX).rustNames ?? []) : [])]
}

function measure(path: string, mostEras = ERA_IDS.length): Measured | null {
  const files = program(path)
  const { expect: expected, eras } = parsePragmas(path, files[0]!.text).pragmas
  if (expected === null) return null
  let found = false
  let definite = false
  const surplus: string[] = []
  const own = erasOf(files, eras)
  for (const era of [...own.slice(0, mostEras - 1), ...own.slice(-1)]) {
    for (const { code, file, line, severity } of shown(files, era)) {
      const hit = expected.some(
        (one) =>
          one.code === code &&
          one.line === line &&
          (one.eras === null || one.eras.includes(era)) &&
          file === (one.file === null ? path : posix.join(posix.dirname(path), one.file)),
      )
      if (hit) {
        found = true
        definite ||= severity === 'error'
      } else if (severity === 'error') surplus.push(`${era}: ${code} at ${file}:${line}`)
    }
  }
  return { path, code: path.split('/')[2] ?? '', expected, found, definite, surplus }
}

const all = (folder: string, mostEras?: number): Measured[] =>
  snippets(folder).flatMap((path) => measure(path, mostEras) ?? [])

describe('the static check, on the corpus', () => {
  let bad: Measured[] = []
  let good: Measured[] = []
  const reasons = new Map(INVISIBLE.programs.map(({ program: path, reason }) => [path, reason]))
  const nameOf = ({ path }: Measured): string => path.slice(CORPUS.length + 1, -3)

  beforeAll(() => {
    const measured = all(CORPUS)
    bad = measured.filter(({ expected }) => expected.length > 0)
    good = measured.filter(({ expected }) => expected.length === 0)
  }, 120_000)

  it('finds at least nine of ten mistakes that one text shows', async () => {
    const visible = bad.filter((one) => !reasons.has(nameOf(one)))
    const missed = visible.filter(({ found }) => !found)
    if (process.env['STATIC_DOC'] === 'write') {
      const options = await resolveConfig(`${ROOT}${DOC}`)
      const text = await format(table(bad, reasons, nameOf), { ...options, parser: 'markdown' })
      writeFileSync(`${ROOT}${DOC}`, text)
    }
    expect(1 - missed.length / visible.length, missed.map(nameOf).join('\n')).toBeGreaterThanOrEqual(0.9)
  })

  it('calls less than a third of the mistakes invisible, each for a reason', () => {
    const invisible = bad.filter((one) => reasons.has(nameOf(one)))
    expect(invisible.length / bad.length).toBeLessThan(1 / 3)
    expect([...reasons.values()].filter((reason) => !Object.hasOwn(INVISIBLE.reasons, reason))).toEqual([])
    expect([...reasons.keys()].filter((name) => !bad.some((one) => nameOf(one) === name))).toEqual([])
    // What is found is visible: it has to leave the list.
    expect(invisible.filter(({ found }) => found).map(nameOf)).toEqual([])
  })

  it('reports no error in a fixed twin', () => {
    expect(good.filter(({ surplus }) => surplus.length > 0).map(({ path, surplus }) => [path, surplus])).toEqual([])
  })

  it('reports no error in an example or a program of the runtime tests that is right', () => {
    const right = [...all('examples', 2), ...all('corpus/runtime', 2)].filter(({ expected }) => expected.length === 0)
    expect(right.filter(({ surplus }) => surplus.length > 0).map(({ path, surplus }) => [path, surplus])).toEqual([])
  }, 120_000)
})

/** docs/static-check.md. */
function table(
  bad: readonly Measured[],
  reasons: ReadonlyMap<string, string>,
  nameOf: (one: Measured) => string,
): string {
  const codes = [...new Set(bad.map(({ code }) => code))].sort()
  const rows = codes.map((code) => {
    const mine = bad.filter((one) => one.code === code)
    const visible = mine.filter((one) => !reasons.has(nameOf(one)))
    const found = visible.filter((one) => one.found)
    return [code, mine.length, visible.length, found.length, found.filter((one) => one.definite).length] as const
  })
  const sum = (at: 1 | 2 | 3 | 4): number => rows.reduce((total, row) => total + row[at], 0)
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
  const share = ((100 * sum(3)) / sum(2)).toFixed(1)
  const missed = bad.filter((one) => !one.found && !reasons.has(nameOf(one)))
  return [
    '# What the static check finds',
    '',
    'Made by `STATIC_DOC=write npx vitest run src-core/compiler/static/corpus.test.ts` from the programs of',
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
    ...missed.map((one) => `- ${nameOf(one)}`),
    '',
    '## Not visible in the text',
    '',
    line(['program', 'why']),
    line(['---', '---']),
    ...INVISIBLE.programs.map(({ program: path, reason }) => line([path, INVISIBLE.reasons[reason] ?? ''])),
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
