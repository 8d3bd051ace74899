/**
 * A runner with oracles planted in its realm, for the tests of the sandbox. It is the runner of Node as it is
 * (../runner-worker.ts), or with `weak` one without lockdown and compartment: what an escape would look like.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { Runner } from '../../src-core/runtime/runner.ts'
import type { ToRunner } from '../../src-core/runtime/runner-messages.ts'
import { lockDown } from '../../src-core/runtime/sandbox.ts'
import type { Sandbox } from '../../src-core/runtime/session.ts'
import { newNodeSandbox } from '../node-sandbox.ts'

/** What the test plants. */
export interface Planted {
  readonly weak: boolean
  /** A file that an escape appends to. */
  readonly file: string
  /** A port on the loopback that an escape connects to. */
  readonly port: number
}

const port = parentPort
if (port === null) throw new Error('the runner has to be started as a worker thread')
const planted = workerData as Planted
Reflect.set(globalThis, 'pagewardOracle', planted)

function weakSandbox(): Sandbox {
  return { evaluate: (text) => new Function(`return (${text})`)() as unknown, protect: () => undefined }
}

if (!planted.weak) lockDown()
const runner = new Runner(
  { send: (message) => port.postMessage(message), sharesMemory: false },
  planted.weak ? weakSandbox : newNodeSandbox,
)
port.on('message', (message: ToRunner | { readonly type: 'look' }) => {
  if (message.type === 'look') port.postMessage({ type: 'canary', seen: 'pagewardCanary' in globalThis })
  else runner.receive(message)
})
