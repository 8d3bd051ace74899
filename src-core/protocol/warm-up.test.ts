import { describe, expect, it } from 'vitest'
import type { CompiledProgram } from '../compiler/contract.ts'
import type { FromRunner } from '../runtime/runner-messages.ts'
import { SMALL_MACHINE } from '../trace/testing/random-trace.ts'
import type { Notice } from './messages.ts'
import { Supervisor } from './supervisor.ts'
import { WarmUp } from './warm-up.ts'

const REQUEST = { entry: 'a.ts', files: [{ path: 'a.ts', text: '' }], era: null, machine: {} }

/** Lets everything go on that waits for nothing else. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await Promise.resolve()
}

/** What is compiled and run again, a step at a time as the test says. */
function newHost() {
  const turns: (() => void)[] = []
  const done = { compiled: 0, ran: 0 }
  return {
    done,
    /** Gives so many turns; how many were wanted. */
    async next(count: number): Promise<number> {
      await settled()
      let given = 0
      for (; given < count && turns.length > 0; given++) {
        turns.shift()?.()
        await settled()
      }
      return given
    },
    turn: () => new Promise<void>((go) => turns.push(go)),
    *compile(): Generator<undefined, CompiledProgram> {
      yield
      yield
      done.compiled++
      return { errors: [] as CompiledProgram['errors'] } as CompiledProgram
    },
    run: () => Promise.resolve(done.ran++),
  }
}

describe('the warm-up', () => {
  it('goes on where it was stopped, and is over once', async () => {
    const warmUp = new WarmUp()
    const host = newHost()
    void warmUp.go('a.ts', host)
    expect(await host.next(3)).toBe(3)
    expect(host.done).toEqual({ compiled: 1, ran: 0 })
    warmUp.stop()
    expect(await host.next(9)).toBe(1)
    expect(host.done).toEqual({ compiled: 1, ran: 0 })
    void warmUp.go('a.ts', host)
    await host.next(100)
    expect(host.done).toEqual({ compiled: 12, ran: 4 })
    void warmUp.go('a.ts', host)
    expect(await host.next(9)).toBe(0)
    void warmUp.go('b.ts', host)
    await host.next(100)
    expect(host.done).toEqual({ compiled: 24, ran: 8 })
  })

  it('is of one program at a time', async () => {
    const warmUp = new WarmUp()
    const [a, b] = [newHost(), newHost()]
    void warmUp.go('a.ts', a)
    void warmUp.go('b.ts', b)
    expect(await b.next(9)).toBe(0)
    expect(await a.next(100)).toBe(24)
  })
})

/** A supervisor of one person's: timers and turns come when the test says so, and runs end then. */
function newSupervisor(keepsSpare: boolean) {
  const turns: (() => void)[] = []
  const timers: (() => void)[] = []
  const runs: { runner: number; end: () => void }[] = []
  const killed: number[] = []
  const notices: Notice[] = []
  let runners = 0
  const supervisor = new Supervisor({
    keepsSpare,
    now: () => 0,
    after: (milliseconds, call) => {
      // Not those that end what takes too long.
      if (milliseconds < 1000) timers.push(call)
      return () => undefined
    },
    soon: (call) => turns.push(call),
    spawnRunner: () => {
      const runner = ++runners
      let answer: (message: FromRunner) => void = () => undefined
      return {
        post: ({ run }) => {
          answer({ type: 'started', run, machine: SMALL_MACHINE })
          runs.push({ runner, end: () => answer({ type: 'ended', run, outcome: 'completed', budget: null }) })
        },
        onMessage: (handler) => (answer = handler),
        onDeath: () => undefined,
        kill: () => killed.push(runner),
      }
    },
  })
  /** Gives a turn, a timer or the end of a run aside, whichever is waited for; false if none is. */
  const step = async (): Promise<boolean> => {
    const next = turns.shift() ?? timers.shift() ?? runs.shift()?.end
    next?.()
    await settled()
    return next !== undefined
  }
  let asked = 0
  const run = (text: string): Promise<unknown> =>
    supervisor.runProgram({ ...REQUEST, files: [{ path: 'a.ts', text }] }, ++asked, (notice) => notices.push(notice))
  return { supervisor, turns, timers, runs, killed, notices, step, run }
}

/** A supervisor whose first run was told with the verdicts of all eras, and goes on unseen. */
async function warming(keepsSpare = true) {
  const host = newSupervisor(keepsSpare)
  const first = host.run('')
  await settled()
  host.runs.shift()?.end()
  await first
  for (let i = 0; i < 500 && !host.notices.some(({ notice }) => notice === 'matrix'); i++) await host.step()
  expect(host.notices.at(-1)?.notice).toBe('matrix')
  await settled()
  return host
}

describe('a supervisor in front of which somebody sits', () => {
  it('compiles and runs a program again when it has told all about it, and tells nothing of that', async () => {
    const { runs, notices, killed, step } = await warming()
    const told = notices.length
    let aside = 0
    for (let i = 0; i < 500; i++) {
      if (runs.length > 0) aside++
      if (!(await step())) break
    }
    expect(aside).toBe(4)
    expect(notices.length).toBe(told)
    expect(killed).toEqual([])
  })

  it('begins a run at once while it does so, and ends what it does', async () => {
    const { runs, turns, step, run } = await warming()
    for (let i = 0; i < 500 && runs.length === 0; i++) await step()
    const [again] = runs
    expect(again).toBeDefined()
    const next = run('const edited = 1')
    await settled()
    // It was compiled and has a runner of its own before anything else got a turn.
    expect(runs.map(({ runner }) => runner === again?.runner)).toEqual([true, false])
    runs.shift()?.end()
    await settled()
    runs.shift()?.end()
    await next
    // Nothing more is compiled or run again for the old text.
    for (let i = 0; i < 20 && turns.length > 0; i++) turns.shift()?.()
    await settled()
    expect([turns.length, runs.length]).toEqual([0, 0])
  })

  it('does nothing of the kind where nobody waits for the next run', async () => {
    const { runs, turns } = await warming(false)
    expect([turns.length, runs.length]).toEqual([0, 0])
  })
})
