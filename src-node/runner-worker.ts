/** Entry of the runner on Node: a worker thread that locks itself down and runs snippets. */
import { parentPort } from 'node:worker_threads'
import { newAccessReader } from '../src-core/ownership/access-reader.ts'
import { Runner } from '../src-core/runtime/runner.ts'
import type { ToRunner } from '../src-core/runtime/runner-messages.ts'
import { lockDown } from '../src-core/runtime/sandbox.ts'
import { newNodeSandbox } from './node-sandbox.ts'

const port = parentPort
if (port === null) throw new Error('the runner has to be started as a worker thread')
lockDown()
const runner = new Runner(
  { send: (message) => port.postMessage(message), sharesMemory: true },
  newNodeSandbox,
  newAccessReader,
)
port.on('message', (message: ToRunner) => runner.receive(message))
