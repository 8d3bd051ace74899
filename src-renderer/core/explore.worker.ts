/** Entry of an exploring worker in a browser: locks itself down and explores schedules. */
import { ExploreRunner } from '../../src-core/explore/explore-runner.ts'
import type { FromExplorer, ToExplorer } from '../../src-core/explore/messages.ts'
import { lockDown, newSandbox } from '../../src-core/runtime/sandbox.ts'

const clock = performance
// A message to itself comes back without the delay that nested timers have.
const { port1, port2 } = new MessageChannel()
let waiting: (() => void) | null = null
port1.onmessage = () => {
  const call = waiting
  waiting = null
  call?.()
}
lockDown()
const runner = new ExploreRunner({
  send: (message: FromExplorer) => self.postMessage(message),
  newSandbox,
  now: () => clock.now(),
  later(call) {
    waiting = call
    port2.postMessage(0)
  },
})
self.onmessage = (event: MessageEvent<ToExplorer>) => runner.receive(event.data)
