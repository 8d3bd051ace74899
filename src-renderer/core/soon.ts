/** Another turn of a worker's event loop: a message to itself comes without the delay that nested timers have. */
const { port1, port2 } = new MessageChannel()
const waiting: (() => void)[] = []
port1.onmessage = () => waiting.shift()?.()

/** Calls back once, in another turn of the event loop, in the order of the calls. */
export function soon(call: () => void): void {
  waiting.push(call)
  port2.postMessage(0)
}
