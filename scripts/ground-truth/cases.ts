/**
 * The measured cases and their programs: corpus/ground-truth/CASE.ts and the extract measured.json
 * (made by scripts/generate-ground-truth.mjs).
 *
 * Comment lines at the top of a program say how it is compared:
 * `// Measured: RUN debug=off, RUN debug=on`   runs of the measurement and the machine that stands for each
 * `// Varies: STEP WHAT: reason`               a value that is shown and not compared
 * `// Kernel: RUN: reason`                     what that kernel printed is shown and not compared
 * `// From: STEP WHAT`                         pfns are printed and compared as distances from this one
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { SourceFile } from '../../src-core/compiler/contract.ts'
import { at } from '../paths.mjs'

export const FOLDER = 'corpus/ground-truth'
/** What programs share; no cases of their own. */
const SHARED = ['measure', 'driver', 'kinds', 'moved', 'binder-driver']

/** Step, call, what, value: as the test module of the measurement printed them. */
export type MeasuredRow = readonly [number, string, string, string | number]

export interface MeasuredRun {
  readonly rows: readonly MeasuredRow[]
  /** The lines by which the kernel named what it found; empty = silence. */
  readonly kernel: readonly string[]
}

/** A case as one run of the measurement saw it. */
export interface CaseRun {
  readonly name: string
  /** What the case shows. */
  readonly title: string
  readonly run: string
  readonly machine: Readonly<Record<string, string>>
  readonly files: readonly SourceFile[]
  readonly measured: MeasuredRun
  /** Reasons by `STEP WHAT`. */
  readonly varies: ReadonlyMap<string, string>
  /** `STEP WHAT` of the pfn that others are counted from. */
  readonly from: string | undefined
  /** Why the kernel's own lines are not compared in this run. */
  readonly kernelVaries: string | undefined
}

const read = (path: string): string => readFileSync(at(path), 'utf8')

const extract = JSON.parse(read(`${FOLDER}/measured.json`)) as Record<string, Record<string, MeasuredRun>>

/** Names of all cases that were measured. */
export const MEASURED_CASES = extract[''] as unknown as readonly string[]

/** Every program with every run it names. */
export function caseRuns(): CaseRun[] {
  const names = readdirSync(at(FOLDER))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, ''))
    .filter((name) => !SHARED.includes(name))
  const shared = SHARED.map((name) => ({ path: `${FOLDER}/${name}.ts`, text: read(`${FOLDER}/${name}.ts`) }))
  return names.sort().flatMap((name) => {
    const text = read(`${FOLDER}/${name}.ts`)
    const head = text.slice(0, text.indexOf('\nimport '))
    const title = /^\/\/ Case \w+: ([\s\S]*?)\n\/\/ @/.exec(head)?.[1]?.replaceAll('\n// ', ' ') ?? ''
    const lines = (word: string): string[] =>
      [...head.matchAll(new RegExp(`^// ${word}: (.+)$`, 'gm'))].map((match) => match[1] ?? '')
    const varies = new Map(lines('Varies').map((line) => splitReason(line)))
    const kernelVaries = new Map(lines('Kernel').map((line) => splitReason(line)))
    const memory = /^\/\/ @machine (.+)$/m.exec(head)?.[1] ?? ''
    return (lines('Measured')[0] ?? '').split(',').map((word) => {
      const [run = '', ...settings] = word.trim().split(' ')
      const measured = extract[name]?.[run]
      if (measured === undefined) throw new Error(`${name}: measured.json has no run ${run}: generate it again`)
      const machine = Object.fromEntries(
        [...memory.split(' '), ...settings].map((pair) => pair.split('=') as [string, string]),
      )
      const files = [{ path: `${FOLDER}/${name}.ts`, text }, ...shared]
      const from = lines('From')[0]
      return { name, title, run, machine, files, measured, varies, from, kernelVaries: kernelVaries.get(run) }
    })
  })
}

/** `KEY: reason`, where the key may hold a colon without a blank behind it. */
function splitReason(line: string): [string, string] {
  const at = line.indexOf(': ')
  return [line.slice(0, at), line.slice(at + 2)]
}
