/**
 * No code can be missing: each code of the vocabulary has a catalogue entry, a rule that can say it, two bad programs
 * of different shape and two twins. What is not so far is listed here, with the reason, and the list has to be exact.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CODES, isCode } from './catalogue.ts'
import { CONTRACTS } from '../trace/contracts.ts'
import { languagesOf } from './catalogue/languages.ts'

const ROOT = new URL('../../', import.meta.url)
const corpus = new URL('corpus/diagnoses/', ROOT)

/** Codes that no rule over a trace says: the compiler does. */
const NO_RULE: Readonly<Record<string, string>> = {
  'not-in-this-era': 'a name of an import: the compiler says it',
}

/** Codes without two bad programs and two twins, with the reason. */
const NOT_TWO_AND_TWO: Readonly<Record<string, string>> = {
  'not-simulated': 'no function of the surface is left that is listed and not simulated',
}

const contracts = readFileSync(new URL('src-core/trace/contracts.ts', ROOT), 'utf8')
const ruleText = readdirSync(new URL('src-core/ownership/rules/', ROOT))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(new URL(`src-core/ownership/rules/${name}`, ROOT), 'utf8'))
  .join('\n')
  .concat(contracts)

function programs(code: string): { readonly bad: number; readonly good: number } {
  const folder = new URL(`${code}/`, corpus)
  const names = existsSync(folder) ? readdirSync(folder) : []
  const count = (kind: string): number => names.filter((name) => new RegExp(`^${kind}-\\d+\\.ts$`).test(name)).length
  return { bad: count('bad'), good: count('good') }
}

/** Codes of the vocabulary that are no mistakes of ownership: the run itself says them. */
const VOCABULARY = [...CODES].sort()

describe('the vocabulary of diagnoses', () => {
  it('says of every code which language catches it, once', () => {
    expect(CODES.filter((code) => languagesOf(code) === null)).toEqual([])
    for (const contract of CONTRACTS)
      if (contract.code !== 'unsafe-contract')
        expect([contract.code, languagesOf(contract.code)?.rust]).toEqual([contract.code, 'contract'])
  })
  it('has all 68 codes of the catalogue of facts and those of SURFACE §8', () => {
    expect(VOCABULARY.length).toBeGreaterThanOrEqual(83)
  })

  it('has a rule for every code', () => {
    const missing = VOCABULARY.filter((code) => !new RegExp(`'${code}'`).test(ruleText))
    expect(missing.filter((code) => NO_RULE[code] === undefined)).toEqual([])
    expect(Object.keys(NO_RULE).filter((code) => !missing.includes(code as never))).toEqual([])
  })

  it('has two bad programs and two twins for every code', () => {
    const short = VOCABULARY.filter((code) => {
      const { bad, good } = programs(code)
      return bad < 2 || good < 2
    })
    expect(short.filter((code) => NOT_TWO_AND_TWO[code] === undefined)).toEqual([])
    expect(Object.keys(NOT_TWO_AND_TWO).filter((code) => !short.includes(code as never))).toEqual([])
  })

  it('has no folder of programs for a code that does not exist', () => {
    expect(readdirSync(corpus).filter((name) => !isCode(name))).toEqual([])
  })

  it('expects its own code in every bad program, and nothing in a twin', () => {
    const wrong: string[] = []
    for (const code of readdirSync(corpus)) {
      for (const name of readdirSync(new URL(`${code}/`, corpus))) {
        const text = readFileSync(new URL(`${code}/${name}`, corpus), 'utf8')
        const expects = [...text.matchAll(/^\/\/ @expect (\S+)/gm)].map((match) => match[1])
        if (name.startsWith('bad') && !expects.includes(code)) wrong.push(`${code}/${name}`)
        if (name.startsWith('good') && expects.some((each) => each !== 'none')) wrong.push(`${code}/${name}`)
      }
    }
    expect(wrong).toEqual([])
  })
})
