/**
 * The optimal walk against every interleaving, on larger programs than random-programs.test.ts takes, in parts of a few
 * minutes. out/explore-parts.jsonl says what is done; with PAGEWARD_RESUME set the run goes on there. PAGEWARD_SEED
 * chooses other random programs.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareAll, compareInParts } from './testing/compare.ts'
import { driverPrograms, SUBJECT_NAMES } from './testing/driver-programs.ts'
import { LongNotes } from './testing/long-notes.ts'
import { smallPrograms } from './testing/small-programs.ts'
import { userPrograms } from './testing/user-programs.ts'

const TIMEOUT = 20_000_000
const PAIRS = new URL('../../corpus/explore/pairs/', import.meta.url)
const SEED = Number(process.env['PAGEWARD_SEED'] ?? 1)
/** Interleavings of a random program, at most. */
const LIMIT = Number(process.env['PAGEWARD_NAIVE_LIMIT'] ?? 500)
/** Programs of a part, parts of each kind of programs. */
const PROGRAMS = 100
const PARTS = 4
/** Interleavings of a program of the corpus in a part; those with actors have up to 110,000. */
const INTERLEAVINGS = 5000
/** Of each so many programs, one is explored in shards too. */
const SHARDED = 6

const FILE = fileURLToPath(new URL('../../out/explore-parts.jsonl', import.meta.url))
const goesOn = process.env['PAGEWARD_RESUME'] !== undefined && existsSync(FILE)
const notes = new LongNotes(goesOn ? readFileSync(FILE, 'utf8') : '', (line) => {
  mkdirSync(dirname(FILE), { recursive: true })
  appendFileSync(FILE, line)
})

function part(programs: fc.Arbitrary<string>, name: string, seed: number, sharded: number): void {
  if (notes.of(name) !== null) return
  compareAll(programs, { wanted: PROGRAMS, sharded, limit: LIMIT, seed })
  notes.add({ name, compared: PROGRAMS, walk: null })
}

describe('the optimal walk visits each trace of the naive walk once, with the same endings,', () => {
  const kinds: readonly (readonly [string, fc.Arbitrary<string>, number, number])[] = [
    ['small programs', smallPrograms, PARTS * 3, SHARDED],
    ...SUBJECT_NAMES.map((name) => [`programs about ${name}`, driverPrograms(name), PARTS, SHARDED] as const),
    ['programs with user address spaces', userPrograms, PARTS, Infinity],
  ]
  for (const [what, programs, parts, sharded] of kinds) {
    for (let i = 0; i < parts; i++) {
      const seed = SEED + i
      it(`on ${PROGRAMS} random ${what}, seed ${seed}`, { timeout: TIMEOUT }, () => {
        part(programs, `${what}, seed ${seed}`, seed, sharded)
      })
    }
  }

  for (const name of readdirSync(PAIRS)) {
    for (const file of ['bad.ts', 'fixed.ts']) {
      it(`on corpus/explore/pairs/${name}/${file}`, { timeout: TIMEOUT }, () => {
        const text = readFileSync(new URL(`${name}/${file}`, PAIRS), 'utf8')
        expect(compareInParts(`${name}/${file}`, text, notes, INTERLEAVINGS)).toBeGreaterThan(0)
      })
    }
  }
})
