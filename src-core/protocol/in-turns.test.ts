import { expect, it } from 'vitest'
import { Supervisor } from './supervisor.ts'

const TEXT = `import { GFP_KERNEL, kfree, kmalloc } from 'linux'
const a = kmalloc(64, GFP_KERNEL)
const b = kmalloc(64, GFP_KERNEL)
if (a !== null) kfree(a)
if (b !== null) kfree(b)
function forgotten() {
  kmalloc(64, GFP_KERNEL)
}
`

/** A supervisor whose turns and timers come when the test says so. */
function newSupervisor() {
  const turns: (() => void)[] = []
  const timers: (() => void)[] = []
  const supervisor = new Supervisor({
    keepsSpare: false,
    warms: false,
    now: () => 0,
    after: (_milliseconds, call) => {
      timers.push(call)
      return () => undefined
    },
    soon: (call) => turns.push(call),
    spawnRunner: () => {
      throw new Error('nothing runs here')
    },
  })
  const next = async (of: (() => void)[]): Promise<boolean> => {
    const call = of.shift()
    call?.()
    for (let i = 0; i < 20; i++) await Promise.resolve()
    return call !== undefined
  }
  return { supervisor, turns, timers, next }
}

const REQUEST = { entry: 'a.ts', files: [{ path: 'a.ts', text: TEXT }], era: null, machine: {} }

it('checks a text a path at a time, and lets others have their turn between two', async () => {
  const { supervisor, turns, next } = newSupervisor()
  const found = supervisor.check(REQUEST, () => true)
  let taken = 0
  while (await next(turns)) taken++
  expect(taken).toBeGreaterThan(4)
  expect((await found)?.map(({ code, at }) => `${at.line} ${code}`)).toEqual(['7 memory-leak'])
})

it('gives a check up that nobody wants any more', async () => {
  const { supervisor, turns, next } = newSupervisor()
  let isWanted = true
  const found = supervisor.check(REQUEST, () => isWanted)
  await next(turns)
  isWanted = false
  await next(turns)
  expect(turns).toHaveLength(0)
  expect(await found).toBeNull()
})

it('lets a run that somebody waits for go first', async () => {
  const { supervisor, turns, timers, next } = newSupervisor()
  const found = supervisor.check(REQUEST, () => true)
  supervisor.cancel()
  await next(turns)
  expect(turns).toHaveLength(0)
  await next(timers)
  while (await next(turns));
  expect(await found).toHaveLength(1)
})
