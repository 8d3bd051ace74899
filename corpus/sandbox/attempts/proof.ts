// What an attempt to escape has to show. The host plants oracles in the runner's realm (a canary, a file or in a browser
// a database, a loopback listener, the clock) and looks afterwards; code that got out of the sandbox finds them through
// its own globalThis.
import { BUG_ON, pr_info } from 'linux'

/** Anything, looked at without types: an attempt does what types forbid. */
export interface Loose {
  (...args: unknown[]): Loose
  new (...args: unknown[]): Loose
  [name: PropertyKey]: Loose
}
export const loose = (value: unknown): Loose => value as Loose

/** Text that trips every oracle it can reach, if anybody evaluates it outside the sandbox. */
export const PROOF = `
  const host = globalThis
  if (!host.pagewardOracle) return 'evaluated'
  const { file, port, store } = host.pagewardOracle
  host.pagewardCanary = true
  if (host.postMessage) host.postMessage({ type: 'pageward-canary' })
  if (file) host.process.getBuiltinModule('fs').appendFileSync(file, 'x')
  if (store) host.indexedDB.open(store)
  if (port) host.fetch('http://127.0.0.1:' + port).catch(() => undefined)
  return 'clock ' + host.Date.now()
`

/** Evaluates the proof by what should be a constructor of functions. */
export const prove = (make: unknown): string => String(loose(make)(PROOF)())

/** The constructor of functions behind a value. */
export const maker = (value: unknown): unknown => loose(value).constructor.constructor

let escapes = 0

/** One attempt. What it throws or a return value other than a string means that it came to nothing. */
export function attempt(name: string, go: () => unknown): void {
  let said: unknown
  try {
    said = go()
  } catch {
    said = undefined
  }
  const escaped = typeof said === 'string'
  if (escaped) escapes++
  pr_info(`attempt ${name}: ${escaped ? `ESCAPED ${said as string}` : 'contained'}`)
}

/** After the last attempt. */
export function finish(): void {
  BUG_ON(escapes > 0)
}
