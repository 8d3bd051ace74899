/** Entry of the runner in a browser: a worker that locks itself down and runs snippets. It alone may evaluate text. */
import { newAccessReader } from '../../src-core/ownership/access-reader.ts'
import { Runner } from '../../src-core/runtime/runner.ts'
import type { FromRunner, ToRunner } from '../../src-core/runtime/runner-messages.ts'
import { lockDown, newSandbox } from '../../src-core/runtime/sandbox.ts'
import { holdLife } from './worker-life.ts'

holdLife()
lockDown()
const runner = new Runner(
  {
    send: (message: FromRunner) => self.postMessage(message),
    sharesMemory: typeof SharedArrayBuffer === 'function',
  },
  newSandbox,
  newAccessReader,
)
self.onmessage = (event: MessageEvent<ToRunner>) => runner.receive(event.data)
