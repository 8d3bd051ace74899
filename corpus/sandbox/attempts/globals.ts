// @expect none
// Ways to the host's global object and what stands in it.
import { attempt, finish, loose, prove } from './proof.ts'

const there = (name: string): void =>
  attempt(name, () => {
    const found = loose(globalThis)[name]
    return found === undefined || found === null ? undefined : `${name} is there`
  })
for (const name of ['process', 'require', 'Buffer', 'fetch', 'postMessage', 'self', 'WebAssembly', 'crypto']) there(name)
for (const name of ['console', 'importScripts', 'setTimeout', 'SharedArrayBuffer', 'pagewardOracle']) there(name)
attempt('sloppy this', () => {
  const found = (function (this: unknown) { return this })()
  return found === undefined ? undefined : 'this'
})
attempt('comma call', () => {
  const holder = { go(this: unknown) { return this } }
  return (0, holder.go)() === undefined ? undefined : 'this'
})
attempt('sort with a function of the global', () => prove(loose(globalThis).eval))
attempt('indirect eval', () => String(loose(globalThis).eval!('globalThis.pagewardOracle ? "found" : undefined.x')))
attempt('Function', () => prove(loose(globalThis).Function))
attempt('global written through', () => {
  loose(globalThis).pagewardCanary = loose(true)
  return undefined
})
finish()
