/**
 * The window's side of the protocol: typed calls over a port. When the port dies its calls fail at once with a clear
 * error; the host then makes a new client over a new port.
 */
import type { CallName, Calls, ClientMessage, Notice, ServerMessage } from './messages.ts'
import type { Port } from './port.ts'

/** Calls `callback` after some milliseconds unless the function returned was called before. */
export type After = (milliseconds: number, callback: () => void) => () => void

export type CallErrorCode = 'bad-request' | 'no-such-run' | 'superseded' | 'failed' | 'timeout' | 'disconnected'

/** A call that got no answer. */
export class CallError extends Error {
  override readonly name = 'CallError'
  constructor(
    readonly code: CallErrorCode,
    message: string,
  ) {
    super(message)
  }
}

interface Pending {
  resolve(answer: unknown): void
  reject(error: CallError): void
  stop(): void
}

export class Client {
  private readonly pending = new Map<number, Pending>()
  private readonly listeners = new Set<(notice: Notice) => void>()
  private lastId = 0
  private dead: string | null = null

  /** @param after the host's timer; without it calls wait for ever */
  constructor(
    private readonly port: Port,
    private readonly after: After | null = null,
  ) {
    port.onMessage((data) => this.receive(data as ServerMessage))
  }

  /** Asks the core. Rejects with a `CallError`. `timeoutMs` needs the host's timer. */
  call<K extends CallName>(
    name: K,
    ask: Calls[K]['ask'],
    options: { readonly timeoutMs?: number } = {},
  ): Promise<Calls[K]['answer']> {
    if (this.dead !== null) return Promise.reject(new CallError('disconnected', this.dead))
    const id = ++this.lastId
    return new Promise((resolve, reject) => {
      const { timeoutMs } = options
      const stop =
        timeoutMs === undefined || this.after === null
          ? () => {}
          : this.after(timeoutMs, () => {
              this.pending.delete(id)
              reject(new CallError('timeout', `the core did not answer "${name}" within ${timeoutMs} ms`))
            })
      this.pending.set(id, { resolve: resolve as (answer: unknown) => void, reject, stop })
      const message: ClientMessage = { id, call: name, ask }
      this.port.postMessage(message)
    })
  }

  /** Calls `listener` with every notice until the function returned is called. */
  onNotice(listener: (notice: Notice) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** To be called when the port died or is given up: all calls, also later ones, fail with `reason`. */
  close(reason: string): void {
    if (this.dead !== null) return
    this.dead = reason
    for (const { reject, stop } of this.pending.values()) {
      stop()
      reject(new CallError('disconnected', reason))
    }
    this.pending.clear()
  }

  private receive(message: ServerMessage): void {
    if (this.dead !== null) return
    if ('notice' in message) {
      for (const listener of this.listeners) listener(message)
      return
    }
    const call = this.pending.get(message.id)
    if (call === undefined) return
    this.pending.delete(message.id)
    call.stop()
    if ('error' in message) call.reject(new CallError(message.error.code, message.error.message))
    else call.resolve(message.answer)
  }
}
