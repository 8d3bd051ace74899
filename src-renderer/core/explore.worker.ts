/** Entry of an exploring worker in a browser: locks itself down and explores schedules. */
import { ExploreRunner } from '../../src-core/explore/explore-runner.ts'
import type { FromExplorer, ToExplorer } from '../../src-core/explore/messages.ts'
import { lockDown, newSandbox } from '../../src-core/runtime/sandbox.ts'
import { soon } from './soon.ts'
import { holdLife } from './worker-life.ts'

const clock = performance
holdLife()
lockDown()
const runner = new ExploreRunner({
  send: (message: FromExplorer) => self.postMessage(message),
  newSandbox,
  now: () => clock.now(),
  later: soon,
})
self.onmessage = (event: MessageEvent<ToExplorer>) => runner.receive(event.data)
