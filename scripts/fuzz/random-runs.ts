/**
 * Random programs, many of them: with fast-check, so that one that fails is made as short as it can be and shown as a
 * snippet. Seeds are fixed: the same number of operations is the same programs.
 */
import fc from 'fast-check'
import { Coverage } from './coverage.ts'
import { MAX_NUMBER } from './program.ts'
import { runRandom, snippetOf, type Setting } from './run.ts'

const PLAIN = { memory: '8M', debug: 'off' }
const DEBUG = { memory: '8M', debug: 'on' }

/** Machines and eras in turn. */
export const SETTINGS: readonly Setting[] = [
  { era: 'v6.12', machine: DEBUG, judged: true },
  { era: 'v6.12', machine: PLAIN, judged: true },
  { era: 'v6.12', machine: { ...DEBUG, cpus: '2' }, judged: true },
  { era: 'v6.14', machine: PLAIN, judged: true },
  { era: 'v6.12', machine: { ...PLAIN, iommu: 'on' }, judged: true },
  { era: 'v6.17', machine: DEBUG, judged: true },
  { era: 'v6.12', machine: { ...DEBUG, arch: 'i386-highmem', memory: '16M', highmem: '8M' }, judged: true },
  { era: 'v6.18', machine: { ...PLAIN, page_poison: 'on' }, judged: true },
  { era: 'v6.12', machine: { ...PLAIN, swiotlb: 'force', memory: '32M' }, judged: true },
  { era: 'next', machine: PLAIN, judged: true },
  { era: 'v6.12', machine: { ...PLAIN, arch: 'arm64-16k', memory: '32M' }, judged: true },
]

/** Operations of each half of a run, and the calls that every function has to have in it. */
export const OPERATIONS = 500_000
export const FLOOR = 500

/** Programs that share a setting and a seed. */
const BATCH = 8

export interface RandomRuns {
  readonly operations: number
  readonly coverage: Coverage
  /** A failing program as a snippet; null = all went well. */
  readonly failure: string | null
}

/** Runs random programs until so many operations were done, or one failed. `part` chooses other programs. */
export function runMany(part: number, operations: number, longest = 1_000): RandomRuns {
  const coverage = new Coverage()
  let done = 0
  for (let batch = 0; done < operations; batch++) {
    const setting = SETTINGS[batch % SETTINGS.length]!
    let kind: string | null = null
    const program = fc.array(fc.nat({ max: MAX_NUMBER }), { minLength: 1, maxLength: longest, size: 'max' })
    const result = fc.check(
      fc.property(program, (list) => {
        const run = runRandom(list, setting, coverage)
        if (kind === null) done += run.operations
        if (run.failure === null) return
        // While shrinking, another failure is not this one.
        if (kind !== null && kindOf(run.failure) !== kind) return
        kind = kindOf(run.failure)
        coverage.counting = false
        throw new Error(run.failure)
      }),
      // Long programs are shortened by halves first: one number after the other takes too long.
      { numRuns: BATCH, seed: part * 100_000 + batch, endOnFailure: true },
    )
    if (result.failed && kind === null) {
      // Not the program failed, but what runs it.
      throw result.errorInstance instanceof Error ? result.errorInstance : new Error(`batch ${batch} of part ${part}`)
    }
    if (result.failed) {
      const shortest = minimal(result.counterexample![0], setting, kind ?? '')
      return { operations: done, coverage, failure: snippetOf(shortest, setting, new Coverage()) }
    }
  }
  return { operations: done, coverage, failure: null }
}

/** The failing program, made short, then small by fast-check. */
function minimal(numbers: readonly number[], setting: Setting, kind: string): readonly number[] {
  const short = shorten(numbers, setting, kind)
  const fails = (list: readonly number[]): boolean => {
    const { failure } = runRandom(list, setting, new Coverage())
    return failure !== null && kindOf(failure) === kind
  }
  const lists = fc.array(fc.nat({ max: MAX_NUMBER }), { minLength: 1, maxLength: short.length })
  const property = fc.property(lists, (list) => !fails(list))
  const { counterexample } = fc.check(property, {
    numRuns: 1,
    examples: [[[...short]]],
    interruptAfterTimeLimit: 20_000,
  })
  return counterexample?.[0] ?? short
}

/** A failing program, with every number taken away that the failure does not need. */
function shorten(numbers: readonly number[], setting: Setting, kind: string): readonly number[] {
  const quiet = new Coverage()
  let list = numbers
  for (let size = list.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at + size <= list.length;) {
      const fewer = [...list.slice(0, at), ...list.slice(at + size)]
      const { failure } = runRandom(fewer, setting, quiet)
      if (failure !== null && kindOf(failure) === kind) list = fewer
      else at += size
    }
  }
  return list
}

/** A failure without what differs between two programs. */
function kindOf(failure: string): string {
  return failure.replace(/\d+/g, '#').slice(0, 24)
}
