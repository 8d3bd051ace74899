/**
 * Connects the page to the core, whichever host it has, and keeps it connected: when the core dies a new one is started
 * and whoever listens is told. This is the only place that knows of workers and preloads.
 */
import { Client } from '../../src-core/protocol/client.ts'
import type { CallName, Calls, Notice } from '../../src-core/protocol/messages.ts'
import { PROTOCOL_VERSION } from '../../src-core/protocol/messages.ts'
import type { HostBridge } from './host.ts'
import { HOST_PORT_MESSAGE } from './host.ts'
import type { CorePort } from './port.ts'
import { portOf } from './port.ts'
import { awaitDeath } from './worker-life.ts'

/** A connection to the core that survives restarts of the core. */
export interface CoreLink {
  call<K extends CallName>(name: K, ask: Calls[K]['ask']): Promise<Calls[K]['answer']>
  onNotice(handler: (notice: Notice) => void): void
  /**
   * Told after the core was lost; calls that were open have failed by then. `alive` is true when another core stands,
   * false when none could be started any more and `reason` is a sentence for people.
   */
  onRestart(handler: (reason: string, alive: boolean) => void): void
  /** Ends the core at once, as a crash would. For tests; a no-op where the host alone may do that. */
  killCore(): void
}

/** Beats without an answer (while the page itself is awake) after which the worker counts as hung. */
const HUNG_TICKS = 8
const TICK_MS = 2000
const FIRST_RESTART_MS = 50
/** Restarts in a row that came to nothing before the page gives up and says so. */
const MOST_FAILED_STARTS = 5

export async function connect(): Promise<CoreLink> {
  const link = new Link()
  const host = window.pageward
  if (host === undefined) connectWorker(link)
  else await connectHost(link, host)
  return link
}

class Link implements CoreLink {
  private client: Client | null = null
  private gone = 'The simulator is being restarted.'
  private readonly notices: ((notice: Notice) => void)[] = []
  private readonly restarts: ((reason: string, alive: boolean) => void)[] = []
  kill: () => void = () => {}

  use(port: CorePort): void {
    this.client = new Client(port)
    this.client.onNotice((notice) => this.notices.forEach((handler) => handler(notice)))
  }

  lost(reason: string): void {
    this.client?.close(reason)
    this.client = null
    this.gone = reason
  }

  restarted(reason: string, alive = true): void {
    this.restarts.forEach((handler) => handler(reason, alive))
  }

  call<K extends CallName>(name: K, ask: Calls[K]['ask']): Promise<Calls[K]['answer']> {
    if (this.client === null) return Promise.reject(new Error(this.gone))
    return this.client.call(name, ask)
  }

  onNotice(handler: (notice: Notice) => void): void {
    this.notices.push(handler)
  }

  onRestart(handler: (reason: string, alive: boolean) => void): void {
    this.restarts.push(handler)
  }

  killCore(): void {
    this.kill()
  }
}

/** Browser: the core is a Web Worker of this page, watched from here. */
function connectWorker(link: Link): void {
  let failedStarts = 0
  const start = (): void => {
    const name = `supervisor-${crypto.randomUUID()}`
    const worker = new Worker(new URL('./supervisor.worker.ts', import.meta.url), { type: 'module', name })
    const given = new AbortController()
    const end = (reason: string): void => {
      if (given.signal.aborted) return
      given.abort()
      clearInterval(watch)
      worker.terminate()
      failedStarts += 1
      if (failedStarts > MOST_FAILED_STARTS) {
        const sentence = `The simulator did not start (${reason}). Your text is safe; reload the page to try again.`
        link.lost(sentence)
        link.restarted(sentence, false)
        return
      }
      link.lost(reason)
      const again = (): void => {
        start()
        link.restarted(reason)
      }
      setTimeout(again, FIRST_RESTART_MS * 2 ** failedStarts)
    }
    worker.onerror = (event) => {
      event.preventDefault()
      end(event.message || 'it could not be loaded')
    }
    link.use(portOf(worker))
    link.kill = () => worker.terminate()
    let known = false
    const alive = (): void => {
      if (!known) void awaitDeath(name, given.signal, () => end('it ended unexpectedly'))
      known = true
      failedStarts = 0
    }
    const watch = watchHeartbeat(link, alive, () => end('it no longer answered'))
  }
  start()
}

/** Asks a small question every few seconds; a worker that leaves it unanswered for long is hung. */
function watchHeartbeat(link: Link, alive: () => void, hung: () => void): ReturnType<typeof setInterval> {
  let waiting = 0
  const ask = (): void => {
    if (waiting > 0) {
      waiting += 1
      if (waiting > HUNG_TICKS) hung()
      return
    }
    waiting = 1
    const answered = (): void => {
      waiting = 0
      alive()
    }
    link.call('hello', { version: PROTOCOL_VERSION }).then(answered, () => {})
  }
  ask()
  return setInterval(ask, TICK_MS)
}

/** Desktop: the core is a process of the host, which watches it and says when it was restarted. */
async function connectHost(link: Link, host: HostBridge): Promise<void> {
  link.use(await askPort(host))
  host.onCoreRestart((reason) => {
    link.lost(reason)
    void askPort(host).then((port) => {
      link.use(port)
      link.restarted(reason)
    })
  })
}

function askPort(host: HostBridge): Promise<CorePort> {
  return new Promise((resolve) => {
    const take = (event: MessageEvent<unknown>): void => {
      const port = event.ports[0]
      if (event.source !== window || event.data !== HOST_PORT_MESSAGE || port === undefined) return
      window.removeEventListener('message', take)
      port.start()
      resolve(portOf(port))
    }
    window.addEventListener('message', take)
    host.connect()
  })
}
