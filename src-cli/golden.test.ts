/**
 * The text of one report for each code, byte for byte: the first bad program of `corpus/diagnoses/CODE` in the first
 * era it names (memdesc for what only that era knows), with the verdicts of the other eras. It stands in
 * `corpus/golden/CODE.txt`. `GOLDEN=write npx vitest run src-cli/golden.test.ts` writes them anew: read what
 * changed before it is committed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Report, Reports } from '../src-core/report/report.ts'
import { textReport } from '../src-core/report/text.ts'

const ROOT = join(import.meta.dirname, '..')
const CORPUS = 'corpus/diagnoses'
const PROGRAMS = readdirSync(join(ROOT, CORPUS)).flatMap((code) =>
  readdirSync(join(ROOT, CORPUS, code))
    .filter((name) => /^bad-\d+\.ts$/.test(name))
    .sort()
    .slice(0, 1)
    .map((name) => ({ code, path: `${CORPUS}/${code}/${name}` })),
)

describe('the text of a report', () => {
  const reports = new Map<string, Report>()

  beforeAll(() => {
    const run = (...words: string[]): Report | Reports => {
      const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 } as const
      const all = ['scripts/pageward.mjs', 'run', '--format', 'json', ...words]
      const { stdout, stderr } = spawnSync(process.execPath, all, options)
      if (!stdout.startsWith('{')) throw new Error(stderr)
      return JSON.parse(stdout) as Report | Reports
    }
    const late = PROGRAMS.filter(({ code }) => code === 'memdesc-breaks-tomorrow').map(({ path }) => path)
    const others = PROGRAMS.map(({ path }) => path).filter((path) => !late.includes(path))
    for (const answer of [run(...others), run('--era', 'memdesc', ...late)]) {
      for (const report of 'reports' in answer ? answer.reports : [answer]) reports.set(report.program, report)
    }
  }, 240_000)

  it.each(PROGRAMS)('of $code is the golden one', ({ code, path }) => {
    const report = reports.get(path)
    expect(report).toBeDefined()
    if (report === undefined) return
    const text = textReport(report, { colour: false })
    const golden = join(ROOT, 'corpus/golden', `${code}.txt`)
    if (process.env['GOLDEN'] === 'write') writeFileSync(golden, text)
    expect(existsSync(golden) ? readFileSync(golden, 'utf8') : `no file ${golden}`).toBe(text)
  })
})
