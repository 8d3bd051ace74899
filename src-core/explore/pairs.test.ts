/**
 * Races in pairs (corpus/explore/pairs): every schedule of each program is looked at. The bad one shows its mistake in
 * some of them and none in the default one; the fixed one in none. Where an actor does it, it does nothing without.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Explorer } from './explorer.ts'
import { openSession, plainSandbox } from './testing/open-session.ts'
import type { ExploreOptions } from './options.ts'

const PAIRS = new URL('../../corpus/explore/pairs/', import.meta.url)
const OPTIONS: ExploreOptions = {
  era: 'v6.12',
  machine: {},
  mode: 'exhaustive',
  bound: null,
  maxExecutions: 2000,
  seed: 1,
  shard: null,
  steps: 10_000,
}
/** What each mistake is called. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  'ab-ba': ['deadlock'],
  'actor-dma-read': ['slab-use-after-free', 'wild-access'],
  'actor-dma-write': ['slab-use-after-free', 'wild-access'],
  'actor-exit': ['mm-lifetime'],
  'actor-fork': ['zap-by-address'],
  'actor-irq': ['deadlock'],
  'actor-mremap': ['zap-by-address'],
  'actor-munmap': ['munmap-window'],
  'actor-reclaim': ['page-use-after-free'],
  'actor-unbind': ['bug-on'],
  'gup-fast': ['gup-ref-outlives-owner', 'vm-io-not-enough'],
  'lost-wake-up': ['deadlock'],
  'mmput-locked': ['mm-lifetime'],
  'rcu-lookup': ['free-without-grace-period'],
  'refcount-put': ['data-race', 'memory-leak'],
  'stale-tlb': ['stale-tlb-user'],
}

/** Codes that any schedule shows; the exploration is complete, and no execution was redundant. */
function codesOf(text: string): string[] {
  const explorer = new Explorer(openSession(text).program, OPTIONS, plainSandbox)
  explorer.advanceWhile(() => true)
  const { findings, complete, blocked } = explorer.result()
  expect({ complete, blocked }).toEqual({ complete: true, blocked: 0 })
  return [...new Set(findings.map(({ code }) => code))].sort()
}

describe('of each pair of a race', () => {
  it('there is a row in the table', () => {
    expect(readdirSync(PAIRS).sort()).toEqual(Object.keys(CODES))
  })

  for (const [name, codes] of Object.entries(CODES)) {
    const read = (file: string): string => readFileSync(new URL(`${name}/${file}`, PAIRS), 'utf8')
    it(`${name}: some schedule of the bad program shows ${codes.join(', ')}, none of the fixed one`, () => {
      const bad = read('bad.ts')
      expect(codesOf(bad)).toEqual(codes)
      expect(codesOf(read('fixed.ts'))).toEqual([])
      if (!name.startsWith('actor-')) return
      const alone = bad.replace(/^ *actor_\w+\(.*\)\n/m, '')
      expect(alone).not.toBe(bad)
      expect(codesOf(alone)).toEqual([])
    })
  }
})
