/**
 * The simulator against the measurement: every program of corpus/ground-truth prints what the real kernel printed.
 * docs/ground-truth.md is the table of both; with PAGEWARD_GENERATE set it is written, else it has to be up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { at } from '../paths.mjs'
import { caseRuns, MEASURED_CASES } from './cases.ts'
import { agrees, compareCase, firstLines, invented, missingDmaLines, plainKernelLine } from './compare.ts'
import { tableOf, type CaseResult } from './document.ts'
import { OPEN_CASES } from './open-cases.ts'
import { kernelLines, named, simulate } from './simulate.ts'

const DOCUMENT = 'docs/ground-truth.md'
const generate = process.env['PAGEWARD_GENERATE'] !== undefined
const results: CaseResult[] = []
const runs = caseRuns()
const programs = new Set(runs.map((run) => run.name))

describe('the simulator against a real 6.12 kernel', () => {
  for (const run of runs) {
    it(`case ${run.name} gives the values of run ${run.run}`, () => {
      const simulated = simulate(run.files, run.machine)
      const { report } = simulated
      const comparisons = compareCase(run, report.log)
      const printed = kernelLines(simulated)
      results.push({ run, comparisons, printed })
      const show = (value: string | null): string => value ?? '(not printed)'
      const wrong = comparisons.filter((one) => !agrees(one))
      expect(wrong.map((one) => `${one.step} ${one.what} = ${show(one.simulated)}`)).toEqual(
        wrong.map((one) => `${one.step} ${one.what} = ${one.measured}`),
      )
      if (run.kernelVaries === undefined) {
        const first = (lines: readonly string[]): string => plainKernelLine(lines[0] ?? '(silence)')
        const each = run.measured.first
        if (each === undefined) expect(first(printed)).toBe(first(run.measured.kernel))
        else expect(firstLines(printed, each).filter(({ simulated }) => simulated === null)).toEqual([])
        expect(
          invented(
            report.diagnoses.flatMap((one) => named(one.kernel)),
            run.measured.kernel,
          ),
        ).toEqual([])
        expect(missingDmaLines(printed, run.measured.kernel)).toEqual([])
      }
    })
  }

  it('explains every case that has no program', () => {
    expect(MEASURED_CASES.filter((name) => !programs.has(name) && OPEN_CASES[name] === undefined)).toEqual([])
    expect(Object.keys(OPEN_CASES).filter((name) => programs.has(name))).toEqual([])
  })

  it('is shown in docs/ground-truth.md', () => {
    const text = tableOf(results)
    if (generate) writeFileSync(at(DOCUMENT), text)
    expect(readFileSync(at(DOCUMENT), 'utf8'), 'run `node scripts/generate-ground-truth.mjs`').toBe(text)
  })
})
