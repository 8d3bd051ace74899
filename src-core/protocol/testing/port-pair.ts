/** Two ports joined in memory: what one sends the other gets, not at once, as between threads. */
import type { Port } from '../port.ts'

export function portPair(): { readonly window: Port; readonly core: Port } {
  const handlers: [(data: unknown) => void, (data: unknown) => void] = [() => {}, () => {}]
  const port = (mine: 0 | 1): Port => ({
    postMessage(data) {
      void Promise.resolve().then(() => handlers[1 - mine](data))
    },
    onMessage(handler) {
      handlers[mine] = handler
    },
  })
  return { window: port(0), core: port(1) }
}
