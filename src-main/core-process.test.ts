import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

class FakeCore extends EventEmitter {
  pid = 1
  readonly sent: unknown[] = []
  postMessage(message: unknown): void {
    this.sent.push(message)
  }
  kill(): boolean {
    this.emit('exit', 0)
    return true
  }
}
const cores: FakeCore[] = []

vi.mock('electron', () => ({
  MessageChannelMain: class {
    port1 = {}
    port2 = {}
  },
  utilityProcess: {
    fork: () => {
      const core = new FakeCore()
      core.pid = cores.push(core)
      return core
    },
  },
}))
const { CoreProcess } = await import('./core-process.ts')

describe('the supervision of the core', () => {
  const reasons: string[] = []
  let core: InstanceType<typeof CoreProcess>
  const latest = (): FakeCore => cores[cores.length - 1]!

  beforeEach(() => {
    vi.useFakeTimers()
    cores.length = reasons.length = 0
    core = new CoreProcess('core.js', (reason) => reasons.push(reason))
  })
  afterEach(() => {
    core.stop()
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('replaces a core that ends, with longer and longer pauses', () => {
    const pauses: number[] = []
    for (let round = 0; round < 8; round++) {
      const count = cores.length
      latest().emit('exit', 9)
      let waited = 0
      while (cores.length === count) {
        vi.advanceTimersByTime(100)
        waited += 100
      }
      pauses.push(waited)
    }
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000])
    expect(reasons).toEqual(Array(8).fill('it ended with code 9'))
  })

  it('starts with short pauses again once a core has lived long', () => {
    latest().emit('exit', 9)
    vi.advanceTimersByTime(100)
    const healthy = latest()
    for (let second = 0; second < 31; second++) {
      vi.advanceTimersByTime(1_000)
      healthy.emit('message', { kind: 'pong' })
    }
    healthy.emit('exit', 9)
    vi.advanceTimersByTime(100)
    expect(cores).toHaveLength(3)
  })

  it('kills a core that does not answer and says so', () => {
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      latest().emit('exit', 9)
      return true
    })
    vi.advanceTimersByTime(11_000)
    expect(kill).toHaveBeenCalledExactlyOnceWith(1, 'SIGKILL')
    vi.advanceTimersByTime(100)
    expect(reasons).toEqual(['it stopped answering'])
  })

  it('says why a core ended itself', () => {
    latest().emit('message', { kind: 'ending', reason: 'a program could not be stopped' })
    latest().emit('exit', 9)
    vi.advanceTimersByTime(100)
    expect(reasons).toEqual(['a program could not be stopped'])
  })

  it('leaves a core alone that answers', () => {
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => true)
    for (let second = 0; second < 60; second++) {
      vi.advanceTimersByTime(1_000)
      latest().emit('message', { kind: 'pong' })
    }
    expect(kill).not.toHaveBeenCalled()
    expect(cores).toHaveLength(1)
  })

  it('takes no notice of a clock that jumps', () => {
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => true)
    for (const jump of [86_400_000, -172_800_000, 3_155_760_000_000]) {
      vi.setSystemTime(Date.now() + jump)
      vi.advanceTimersByTime(3_000)
      latest().emit('message', { kind: 'pong' })
    }
    expect(kill).not.toHaveBeenCalled()
    expect(cores).toHaveLength(1)
  })

  it('gives a port to a page that asked while no core was up, once one is', () => {
    const page = { isDestroyed: () => false, postMessage: vi.fn() }
    latest().emit('exit', 9)
    core.attach(page as unknown as Electron.WebContents)
    expect(page.postMessage).not.toHaveBeenCalled()
    vi.advanceTimersByTime(100)
    expect(page.postMessage).toHaveBeenCalledExactlyOnceWith('core:port', null, [{}])
    expect(latest().sent).toEqual([{ kind: 'port' }])
  })

  it('starts no other core after the end', () => {
    core.stop()
    vi.advanceTimersByTime(60_000)
    expect(cores).toHaveLength(1)
  })
})
