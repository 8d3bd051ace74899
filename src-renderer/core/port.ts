/** A worker or a message port in the form that the protocol's client takes. */

export interface CorePort {
  postMessage(data: unknown, transfer?: ArrayBuffer[]): void
  onMessage(handler: (data: unknown) => void): void
}

export function portOf(target: Worker | MessagePort): CorePort {
  return {
    postMessage: (data, transfer) => target.postMessage(data, transfer ?? []),
    onMessage: (handler) => {
      target.addEventListener('message', (event) => handler((event as MessageEvent<unknown>).data))
    },
  }
}
