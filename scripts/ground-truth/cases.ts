/**
 * The measured cases and their programs: corpus/ground-truth/CASE.ts and the extract measured.json
 * (made by scripts/generate-ground-truth.mjs).
 *
 * Comment lines at the top of a program say how it is compared:
 * `// Measured: RUN debug=off, RUN debug=on`   runs of the measurement and the machine that stands for each
 * `// Varies: STEP WHAT: reason`               a value that is shown and not compared
 * `// Kernel: RUN: reason`                     what that kernel printed is shown and not compared
 * `// From: STEP WHAT`                         pfns are printed and compared as distances from this one
 *
 * The folder measured-here has the same for cases that we measured ourselves. Each of its JSON files is one
 * measurement: what it was made with, and its values. Programs there without a `Measured:` line are what the others
 * share.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { SourceFile } from '../../src-core/compiler/contract.ts'
import { at } from '../paths.mjs'

export const FOLDER = 'corpus/ground-truth'
/** Cases that we measured ourselves. */
export const OWN_FOLDER = `${FOLDER}/measured-here`
/** What programs share; no cases of their own. */
const SHARED = ['measure', 'driver', 'kinds', 'moved', 'binder-driver']

/** Step, call, what, value: as the test module of the measurement printed them. */
export type MeasuredRow = readonly [number, string, string, string | number]

export interface MeasuredRun {
  readonly rows: readonly MeasuredRow[]
  /** The lines by which the kernel named what it found; empty = silence. */
  readonly kernel: readonly string[]
  /** Of a program of many misuses: the first line that each made the kernel print; they are all compared. */
  readonly first?: readonly string[]
}

/** One measurement of ours: a file of measured-here. */
export interface OwnMeasurement {
  /** The kernel, its configuration and how it was run, in words. */
  readonly about: string
  readonly cases: Record<string, Record<string, MeasuredRun>>
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
  /** It is a case of ours, not one that was given. */
  readonly own: boolean
}

const read = (path: string): string => readFileSync(at(path), 'utf8')

const extract = JSON.parse(read(`${FOLDER}/measured.json`)) as Record<string, Record<string, MeasuredRun>>

/** Names of all cases that were measured. */
export const MEASURED_CASES = extract[''] as unknown as readonly string[]

/** Cases that we measured ourselves. */
export const OWN_MEASUREMENTS: readonly OwnMeasurement[] = readdirSync(at(OWN_FOLDER))
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => JSON.parse(read(`${OWN_FOLDER}/${file}`)) as OwnMeasurement)

const programsOf = (folder: string): string[] =>
  readdirSync(at(folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort()

/** Every program with every run it names: those that were given, then those of ours. */
export function caseRuns(): CaseRun[] {
  const given = programsOf(FOLDER)
    .filter((name) => !SHARED.includes(name))
    .flatMap((name) => runsOf(name, FOLDER, SHARED, extract))
  const ours = Object.assign({}, ...OWN_MEASUREMENTS.map(({ cases }) => cases)) as OwnMeasurement['cases']
  const programs = programsOf(OWN_FOLDER)
  const isCase = (name: string): boolean => /^\/\/ Measured: /m.test(read(`${OWN_FOLDER}/${name}.ts`))
  const shared = programs.filter((name) => !isCase(name))
  return [...given, ...programs.filter(isCase).flatMap((name) => runsOf(name, OWN_FOLDER, shared, ours))]
}

/** The runs that one program names. */
function runsOf(
  name: string,
  folder: string,
  others: readonly string[],
  values: Readonly<Record<string, Readonly<Record<string, MeasuredRun>>>>,
): CaseRun[] {
  const shared = others.map((one) => ({ path: `${folder}/${one}.ts`, text: read(`${folder}/${one}.ts`) }))
  const text = read(`${folder}/${name}.ts`)
  const head = text.slice(0, text.indexOf('\nimport '))
  const title = /^\/\/ Case \w+: ([\s\S]*?)\n\/\/ @/.exec(head)?.[1]?.replaceAll('\n// ', ' ') ?? ''
  const lines = (word: string): string[] =>
    [...head.matchAll(new RegExp(`^// ${word}: (.+)$`, 'gm'))].map((match) => match[1] ?? '')
  const varies = new Map(lines('Varies').map((line) => splitReason(line)))
  const kernelVaries = new Map(lines('Kernel').map((line) => splitReason(line)))
  const memory = /^\/\/ @machine (.+)$/m.exec(head)?.[1] ?? ''
  return (lines('Measured')[0] ?? '').split(',').map((word) => {
    const [run = '', ...settings] = word.trim().split(' ')
    const measured = values[name]?.[run]
    if (measured === undefined) throw new Error(`${name}: there are no values of run ${run}: extract them again`)
    const machine = Object.fromEntries(
      [...memory.split(' '), ...settings].map((pair) => pair.split('=') as [string, string]),
    )
    const files = [{ path: `${folder}/${name}.ts`, text }, ...shared]
    const from = lines('From')[0]
    const own = folder === OWN_FOLDER
    return { name, title, run, machine, files, measured, varies, from, kernelVaries: kernelVaries.get(run), own }
  })
}

/** `KEY: reason`, where the key may hold a colon without a blank behind it. */
function splitReason(line: string): [string, string] {
  const at = line.indexOf(': ')
  return [line.slice(0, at), line.slice(at + 2)]
}
