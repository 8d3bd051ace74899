// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect } from './connect.ts'

/** A worker that answers `hello` while it lives and holds the lock of its name. */
class FakeWorker extends EventTarget {
  static readonly all: FakeWorker[] = []
  static mute = false
  onerror: ((event: { message: string; preventDefault(): void }) => void) | null = null
  alive = true
  constructor(
    _url: URL,
    readonly options: { readonly name: string },
  ) {
    super()
    FakeWorker.all.push(this)
    locks.set(options.name, [])
  }
  postMessage(message: { readonly id: number; readonly call: string }): void {
    if (!this.alive || FakeWorker.mute || message.call !== 'hello') return
    queueMicrotask(() => {
      const data = { id: message.id, answer: { version: 1, eras: [] } }
      this.dispatchEvent(new MessageEvent('message', { data }))
    })
  }
  terminate(): void {
    this.alive = false
    const waiting = locks.get(this.options.name) ?? []
    locks.delete(this.options.name)
    waiting.forEach((grant) => grant())
  }
}

/** Held locks, and who waits for them. */
const locks = new Map<string, (() => void)[]>()
const lockManager = {
  query: () => Promise.resolve({ held: [...locks.keys()].map((name) => ({ name })) }),
  request: (name: string, _options: unknown, granted: () => void) =>
    new Promise<void>((resolve) => {
      const grant = (): void => {
        granted()
        resolve()
      }
      locks.get(name)?.push(grant)
    }),
}

beforeEach(() => {
  vi.useFakeTimers()
  FakeWorker.all.length = 0
  FakeWorker.mute = false
  vi.stubGlobal('Worker', FakeWorker)
  Object.defineProperty(navigator, 'locks', { value: lockManager, configurable: true })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function started() {
  const link = await connect()
  const reasons: string[] = []
  link.onRestart((reason, alive) => reasons.push(alive ? reason : 'given up'))
  await vi.advanceTimersByTimeAsync(100)
  return { link, reasons }
}

describe('the connection to a core in a worker', () => {
  it('starts another worker as soon as one dies, and fails the calls that were open', async () => {
    const { link, reasons } = await started()
    const open = link.call('explain', { code: 'page-leak' }).catch((error: Error) => error.message)
    link.killCore()
    await vi.advanceTimersByTimeAsync(200)
    expect(await open).toBe('it ended unexpectedly')
    expect(reasons).toEqual(['it ended unexpectedly'])
    expect(FakeWorker.all).toHaveLength(2)
    expect((await link.call('hello', { version: 1 })).version).toBe(1)
  })
  it('replaces a worker that lives but no longer answers', async () => {
    const { reasons } = await started()
    const [first] = FakeWorker.all
    if (first !== undefined) first.alive = false
    await vi.advanceTimersByTimeAsync(30_000)
    expect(reasons).toEqual(['it no longer answered'])
    expect(FakeWorker.all).toHaveLength(2)
  })
  it('gives up on a worker that never starts', async () => {
    FakeWorker.mute = true
    const { link, reasons } = await started()
    for (let round = 0; round < 20; round++) {
      FakeWorker.all.at(-1)?.onerror?.({ message: 'syntax error', preventDefault: () => {} })
      await vi.advanceTimersByTimeAsync(4000)
    }
    expect(reasons).toEqual([...Array<string>(5).fill('syntax error'), 'given up'])
    await expect(link.call('hello', { version: 1 })).rejects.toThrow('did not start')
  })
})
