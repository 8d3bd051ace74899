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
/** What each mistake is called, and how many executions the bad program and the fixed one have. */
const PAIR: Readonly<Record<string, readonly [codes: readonly string[], bad: number, fixed: number]>> = {
  'ab-ba': [['deadlock'], 3, 2],
  'actor-dma-read': [['slab-use-after-free', 'wild-access'], 3, 1],
  'actor-dma-write': [['slab-use-after-free', 'wild-access'], 3, 1],
  'actor-exit': [['mm-lifetime'], 27, 36],
  'actor-fork': [['zap-by-address'], 105, 69],
  'actor-irq': [['deadlock'], 5, 5],
  'actor-mremap': [['zap-by-address'], 29, 29],
  'actor-munmap': [['munmap-window'], 50, 29],
  'actor-reclaim': [['page-use-after-free'], 4, 3],
  'actor-unbind': [['bug-on'], 4, 4],
  'gup-fast': [['gup-ref-outlives-owner', 'vm-io-not-enough'], 5, 4],
  'lost-wake-up': [['deadlock'], 3, 3],
  'mmput-locked': [['mm-lifetime'], 4, 4],
  'rcu-lookup': [['free-without-grace-period'], 3, 5],
  'refcount-put': [['data-race', 'memory-leak'], 8, 2],
  'stale-tlb': [['stale-tlb-user'], 14, 12],
}

/** Codes that any schedule shows, and how many there are; the exploration is complete, and none was redundant. */
function explored(text: string): { readonly executions: number; readonly codes: readonly string[] } {
  const explorer = new Explorer(openSession(text).program, OPTIONS, plainSandbox)
  explorer.advanceWhile(() => true)
  const { executions, findings, complete, blocked } = explorer.result()
  expect({ complete, blocked }).toEqual({ complete: true, blocked: 0 })
  return { executions, codes: [...new Set(findings.map(({ code }) => code))].sort() }
}

describe('of each pair of a race', () => {
  it('there is a row in the table', () => {
    expect(readdirSync(PAIRS).sort()).toEqual(Object.keys(PAIR))
  })

  for (const [name, [codes, badOnes, fixedOnes]] of Object.entries(PAIR)) {
    const read = (file: string): string => readFileSync(new URL(`${name}/${file}`, PAIRS), 'utf8')
    it(`${name}: some schedule of the bad program shows ${codes.join(', ')}, none of the fixed one`, () => {
      const bad = read('bad.ts')
      expect(explored(bad)).toEqual({ executions: badOnes, codes })
      expect(explored(read('fixed.ts'))).toEqual({ executions: fixedOnes, codes: [] })
      if (!name.startsWith('actor-')) return
      const alone = bad.replace(/^ *actor_\w+\(.*\)\n/m, '')
      expect(alone).not.toBe(bad)
      expect(explored(alone).codes).toEqual([])
    })
  }
})
