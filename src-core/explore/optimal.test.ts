/** Optimal exploration visits as many executions as the programs of the literature have Mazurkiewicz traces. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { OptimalWalk } from './optimal.ts'
import { openSession } from './testing/open-session.ts'

const CORPUS = new URL('../../corpus/explore/', import.meta.url)

function explore(text: string): {
  executions: number
  redundant: number
  probes: number
  impossible: number
  complete: boolean
} {
  const { session, program } = openSession(text)
  const walk = new OptimalWalk(session, program)
  let executions = 0
  walk.run({ executed: () => ++executions < 20_000 })
  const { redundant, probes, impossible, complete } = walk
  return { executions, redundant, probes, impossible, complete }
}

describe('optimal exploration', () => {
  for (const [name, executions] of [
    ['readers-8', 256],
    ['readers-13', 8192],
    ['lastzero-5', 64],
    ['lastzero-10', 3328],
    ['indexer-12', 8],
    ['filesystem-14', 2],
  ] as const) {
    it(`visits ${executions} executions of ${name}`, () => {
      const text = readFileSync(new URL(`${name}.ts`, CORPUS), 'utf8')
      const found = explore(text)
      expect(found).toEqual({ executions, redundant: 0, probes: 0, impossible: 0, complete: true })
    })
  }
})
