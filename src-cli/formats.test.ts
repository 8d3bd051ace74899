/**
 * What the built command prints in each of its formats, checked from outside: JSON against docs/schema, SARIF against
 * the official schema, mail text for its form. All of it is the same twice.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createRequire } from 'node:module'
import Ajv4 from 'ajv-draft-04'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
/** Programs of every shape: one mistake, several, two tasks, oops, deadlock, none, one that does not compile. */
const CODES = ['slab-use-after-free', 'deadlock', 'null-dereference', 'freed-while-reachable', 'cpu-touch-device-owned']
const PROGRAMS = CODES.flatMap((code) => {
  const folder = `corpus/diagnoses/${code}`
  const names = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.ts'))
  return [names.find((name) => name.startsWith('bad')), names.find((name) => name.startsWith('good'))]
    .filter((name) => name !== undefined)
    .map((name) => `${folder}/${name}`)
})

function pageward(...words: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/pageward.mjs', ...words], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status === 4 || status === null) throw new Error(stderr)
  return stdout
}

/** The text without the figures that are times. */
function timeless(text: string): string {
  return text.replace(/"\w+_ms": [\d.]+/g, '"ms": 0')
}

const require = createRequire(import.meta.url)
const read = (path: string): object => JSON.parse(readFileSync(path, 'utf8')) as object
const ours = addFormats
  .default(new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true }))
  .compile(read(join(ROOT, 'docs/schema/pageward.schema.json')))
const SARIF_SCHEMA = join(require.resolve('@microsoft/jest-sarif'), '../schemas/sarif-2.1.0-rtm.5.json')
const sarif = addFormats.default(new Ajv4({ strict: false, unicodeRegExp: false })).compile(read(SARIF_SCHEMA))

describe('the formats of the command', () => {
  beforeAll(() => {
    pageward('explain')
  }, 120_000)

  it.each([
    ['run', ...PROGRAMS, '--no-eras'],
    ['run', PROGRAMS[0] ?? '', '--era', 'all'],
    ['run', PROGRAMS[0] ?? ''],
    ['check', ...PROGRAMS],
    ['test', 'corpus/diagnoses/deadlock'],
    ['explain', 'deadlock'],
    ['lesson', 'list'],
    ['lesson', 'show', '01-a-page-and-its-count'],
    ['lesson', 'check', '01-a-page-and-its-count', 'examples/lessons/01-a-page-and-its-count/wrong-1.ts'],
  ])(
    'prints JSON for `%s` that fits the schema, the same twice',
    (...words) => {
      const text = pageward(...words, '--format', 'json')
      expect(ours(JSON.parse(text)), JSON.stringify(ours.errors, null, 1)).toBe(true)
      expect(timeless(pageward(...words, '--format', 'json'))).toBe(timeless(text))
    },
    60_000,
  )

  it('explains with the shortest bad program and its own twin, from their first word on', () => {
    for (const code of ['slab-use-after-free', 'page-leak', 'deadlock']) {
      const { bad, good } = JSON.parse(pageward('explain', code, '--format', 'json')) as { bad: string; good: string }
      const folder = join(ROOT, 'corpus/diagnoses', code)
      const number = readdirSync(folder).find((name) => readFileSync(join(folder, name), 'utf8').includes(bad))
      expect(bad).not.toMatch(/^\/\/$/m)
      expect(readFileSync(join(folder, number?.replace('bad-', 'good-') ?? ''), 'utf8')).toContain(good)
    }
  })

  it('prints SARIF that fits the official schema', () => {
    const text = pageward('run', ...PROGRAMS, '--no-eras', '--format', 'sarif')
    const log = JSON.parse(text) as { runs: { results: { ruleId: string }[] }[] }
    expect(sarif(log), JSON.stringify(sarif.errors, null, 1)).toBe(true)
    expect(new Set(log.runs[0]?.results.map(({ ruleId }) => ruleId))).toEqual(new Set([...CODES]))
    expect(pageward('run', ...PROGRAMS, '--no-eras', '--format', 'sarif')).toBe(text)
    const matrix = JSON.parse(pageward('run', PROGRAMS[0] ?? '', '--era', 'all', '--format', 'sarif')) as typeof log
    expect(sarif(matrix), JSON.stringify(sarif.errors, null, 1)).toBe(true)
    expect(matrix.runs).toHaveLength(6)
  }, 60_000)

  it('prints mail text in 72 columns of ASCII, with a picture of the CPUs where two tasks meet', () => {
    const text = pageward('run', ...PROGRAMS, '--no-eras', '--format', 'lkml')
    expect(text.split('\n').filter((line) => line.length > 72 || /[^\x20-\x7e]/.test(line))).toEqual([])
    expect(text).toMatch(/CPU0 \(\S+\) +CPU1 \(\S+\)/)
    expect(pageward('run', ...PROGRAMS, '--no-eras', '--format', 'lkml')).toBe(text)
  }, 60_000)

  it('refuses a format it does not have, by name', () => {
    expect(() => pageward('explain', 'deadlock', '--format', 'sarif')).not.toThrow()
    const { status, stderr } = spawnSync(process.execPath, ['scripts/pageward.mjs', 'run', 'x.ts', '--format', 'xml'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    expect(status).toBe(2)
    expect(stderr).toBe('pageward: --format takes text, json, sarif, lkml, not "xml"\n')
  }, 30_000)
})
