import { expect, it } from 'vitest'
import { compile } from '../compiler/compile.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import { SMALL_MACHINE } from '../trace/testing/random-trace.ts'
import { DEFAULT_BUDGETS } from './run-options.ts'
import type { FromRunner } from './runner-messages.ts'
import { RunnerPool } from './runner-pool.ts'

it('gives a program another runner when the one before went too far, and the same one otherwise', async () => {
  const used: number[] = []
  let runners = 0
  const ends = ['completed', 'budget', 'completed', 'completed'] as const
  const pool = new RunnerPool({
    keepsSpare: false,
    after: () => () => undefined,
    soon: () => undefined,
    spawnRunner: () => {
      const number = ++runners
      let answer: (message: FromRunner) => void = () => undefined
      return {
        post: (message) => {
          if (message.type !== 'run') return
          const outcome = ends[used.push(number) - 1]!
          const budget = outcome === 'budget' ? { limit: 'turns' as const, reproducible: true, at: null } : null
          answer({ type: 'started', run: message.run, machine: SMALL_MACHINE })
          answer({ type: 'ended', run: message.run, outcome, budget })
        },
        onMessage: (handler) => (answer = handler),
        onDeath: () => undefined,
        kill: () => undefined,
      }
    },
  })
  const program = compile('a.ts', [{ path: 'a.ts', text: '' }], SURFACE_INDEX)
  const options = { era: 'v6.12', machine: {}, budgets: DEFAULT_BUDGETS, interleaved: false }
  for (const outcome of ends) expect((await pool.run(program, options)).outcome).toBe(outcome)
  // What the second left on the heap is not the third's.
  expect(used).toEqual([1, 1, 2, 2])
})

it('starts the spare when the first run is over, not beside it', async () => {
  const timers: (() => void)[] = []
  let runners = 0
  const pool = new RunnerPool({
    keepsSpare: true,
    after: (milliseconds, call) => {
      if (milliseconds < 1000) timers.push(call)
      return () => undefined
    },
    soon: () => undefined,
    spawnRunner: () => {
      runners++
      let answer: (message: FromRunner) => void = () => undefined
      return {
        post: (message) => {
          if (message.type !== 'run') return
          expect(runners).toBe(1)
          answer({ type: 'started', run: message.run, machine: SMALL_MACHINE })
          answer({ type: 'ended', run: message.run, outcome: 'completed', budget: null })
        },
        onMessage: (handler) => (answer = handler),
        onDeath: () => undefined,
        kill: () => undefined,
      }
    },
  })
  pool.warm()
  const program = compile('a.ts', [{ path: 'a.ts', text: '' }], SURFACE_INDEX)
  await pool.run(program, { era: 'v6.12', machine: {}, budgets: DEFAULT_BUDGETS, interleaved: false })
  expect(runners).toBe(1)
  timers.forEach((call) => call())
  expect(runners).toBe(2)
})

it('runs what nobody waits for on the spare: no run waits for it, and it is cut off when it goes on', async () => {
  const killed: number[] = []
  const timers: { milliseconds: number; call: () => void }[] = []
  const posted: { runner: number; end: () => void }[] = []
  let runners = 0
  const pool = new RunnerPool({
    keepsSpare: true,
    after: (milliseconds, call) => {
      timers.push({ milliseconds, call })
      return () => undefined
    },
    soon: () => undefined,
    spawnRunner: () => {
      const runner = ++runners
      let answer: (message: FromRunner) => void = () => undefined
      return {
        post: ({ run }) => {
          answer({ type: 'started', run, machine: SMALL_MACHINE })
          posted.push({ runner, end: () => answer({ type: 'ended', run, outcome: 'completed', budget: null }) })
        },
        onMessage: (handler) => (answer = handler),
        onDeath: () => undefined,
        kill: () => void killed.push(runner),
      }
    },
  })
  pool.warm()
  const program = compile('a.ts', [{ path: 'a.ts', text: '' }], SURFACE_INDEX)
  const options = { era: 'v6.12', machine: {}, budgets: DEFAULT_BUDGETS, interleaved: false }
  const aside = pool.runAside(program, options)
  const main = pool.run(program, options)
  // The spare was not there yet: the run aside started it.
  expect(posted.map(({ runner }) => runner)).toEqual([2, 1])
  posted[1]!.end()
  expect((await main).outcome).toBe('completed')
  timers.length = 0
  pool.leaveAside()
  expect(killed).toEqual([])
  timers[0]!.call()
  expect(killed).toEqual([2])
  expect((await aside).outcome).toBe('budget')
  // The next ones: on the first runner, or after a swap on the new spare.
  pool.swap()
  const next = pool.run(program, options)
  expect(posted[2]!.runner).toBe(3)
  // A run that a newer one waits for may end by itself …
  timers.length = 0
  pool.leave()
  posted[2]!.end()
  expect((await next).outcome).toBe('completed')
  timers[0]!.call()
  expect(killed).toEqual([2])
  // … and is cut off when it goes on.
  const long = pool.run(program, options)
  timers.length = 0
  pool.leave()
  timers[0]!.call()
  expect((await long).outcome).toBe('budget')
  expect(killed).toEqual([2, 3])
})
