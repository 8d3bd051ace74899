/** Entry of an exploring worker on Node: a worker thread that locks itself down and explores schedules. */
import { parentPort } from 'node:worker_threads'
import { ExploreRunner } from '../src-core/explore/explore-runner.ts'
import type { ToExplorer } from '../src-core/explore/messages.ts'
import { lockDown } from '../src-core/runtime/sandbox.ts'
import { newNodeSandbox } from './node-sandbox.ts'

const port = parentPort
if (port === null) throw new Error('the explorer has to be started as a worker thread')
const clock = performance
const schedule = setImmediate
lockDown()
const runner = new ExploreRunner({
  send: (message) => port.postMessage(message),
  newSandbox: newNodeSandbox,
  now: () => clock.now(),
  later: (call) => void schedule(call),
})
port.on('message', (message: ToExplorer) => runner.receive(message))
