/**
 * The static check measured on the corpus. Programs whose mistake is not in the text stand in
 * corpus/static-invisible.json with the reason. docs/static-check.md and docs/diagnoses.md are written by
 * `STATIC_DOC=write npx vitest run src-core/report/static-corpus.test.ts`.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { posix } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { beforeAll, describe, expect, it } from 'vitest'
import { ERA_IDS } from '../eras/index.ts'
import { earliestEra } from '../eras/rust-api.ts'
import { surfaceIndexOf } from '../surface/era-index.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import { Compiler, relativeImports } from '../compiler/compile.ts'
import type { Expectation, SourceFile } from '../compiler/contract.ts'
import { parsePragmas } from '../compiler/pragmas.ts'
import { checkOwnership } from '../compiler/static/check.ts'
import { diagnosesDocument, staticDocument } from './corpus-documents.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const CORPUS = 'corpus/diagnoses'
const DOC = 'docs/static-check.md'
const TABLE = 'docs/diagnoses.md'

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

  it('is told in documents that are up to date', async () => {
    const mistakes = bad.map((one) => ({
      name: nameOf(one),
      code: one.code,
      found: one.found,
      definite: one.definite,
      invisible: INVISIBLE.reasons[reasons.get(nameOf(one)) ?? ''] ?? null,
    }))
    const twins = new Map<string, number>()
    for (const { code } of good) twins.set(code, (twins.get(code) ?? 0) + 1)
    const documents = { [DOC]: staticDocument(mistakes), [TABLE]: diagnosesDocument(mistakes, twins) }
    for (const [path, text] of Object.entries(documents)) {
      const options = await resolveConfig(`${ROOT}${path}`)
      const formatted = await format(text, { ...options, parser: 'markdown' })
      if (process.env['STATIC_DOC'] === 'write') writeFileSync(`${ROOT}${path}`, formatted)
      expect(readFileSync(`${ROOT}${path}`, 'utf8'), `${path}: see its first lines`).toBe(formatted)
    }
  })

  it('finds at least nine of ten mistakes that one text shows', () => {
    const visible = bad.filter((one) => !reasons.has(nameOf(one)))
    const missed = visible.filter(({ found }) => !found)
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
