import { expect, it } from 'vitest'
import type { ExplorerHandle } from './explore-pool.ts'
import { SpareWorker } from './spare-worker.ts'

it('keeps the worker that waits when one that was handed out dies', () => {
  const started: { killed: boolean; die: () => void }[] = []
  const spare = new SpareWorker(() => {
    const state = { killed: false, die: (): void => undefined }
    started.push(state)
    const handle: ExplorerHandle = {
      post: () => undefined,
      onMessage: () => undefined,
      onDeath: (handler) => (state.die = () => handler('gone')),
      kill: () => (state.killed = true),
    }
    return handle
  })
  spare.warm()
  spare.warm()
  expect(started.length).toBe(1)
  spare.take()
  spare.warm()
  started[0]!.die()
  spare.close()
  expect(started.map(({ killed }) => killed)).toEqual([false, true])
})
