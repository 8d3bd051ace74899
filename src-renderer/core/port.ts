/** A worker or a message port in the form that the protocol's client takes. */
import type { Port } from '../../src-core/protocol/server.ts'

export type CorePort = Port

export function portOf(target: Worker | MessagePort): CorePort {
  return {
    postMessage: (data, transfer) => target.postMessage(data, transfer ?? []),
    onMessage: (handler) => {
      target.addEventListener('message', (event) => handler((event as MessageEvent<unknown>).data))
    },
  }
}
