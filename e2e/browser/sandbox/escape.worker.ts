/**
 * The runner of the browser with oracles planted in its realm, for sandbox.spec.ts. `?weak` makes one without lockdown
 * and compartment: what an escape would look like. `?port=…&store=…`: what an escape can reach.
 */
import { Runner } from '../../../src-core/runtime/runner.ts'
import type { ToRunner } from '../../../src-core/runtime/runner-messages.ts'
import { lockDown, newSandbox } from '../../../src-core/runtime/sandbox.ts'
import type { Sandbox } from '../../../src-core/runtime/session.ts'

const asked = new URL(self.location.href).searchParams
const weak = asked.has('weak')
Reflect.set(globalThis, 'pagewardOracle', { port: Number(asked.get('port')), store: asked.get('store') })

function weakSandbox(): Sandbox {
  return { evaluate: (text) => new Function(`return (${text})`)() as unknown, protect: () => undefined }
}

const send = (message: unknown): void => self.postMessage(message)
if (!weak) lockDown()
const runner = new Runner({ send, sharesMemory: false }, weak ? weakSandbox : newSandbox)
self.onmessage = ({ data }: MessageEvent<ToRunner | { readonly type: 'look' }>) => {
  if (data.type === 'look') send({ type: 'canary', seen: 'pagewardCanary' in globalThis })
  else runner.receive(data)
}
