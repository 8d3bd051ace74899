// @expect none
// Errors that the host throws, and the hooks that engines call when a stack is written.
import { alloc_pages, GFP_KERNEL, kmalloc, memset } from 'linux'
import { attempt, finish, loose, maker, prove, type Loose } from './proof.ts'

const caught = (go: () => unknown): unknown => {
  try {
    go()
  } catch (error) {
    return error
  }
  throw new TypeError('nothing was thrown')
}
const bad = (): unknown => caught(() => kmalloc(loose('x') as never, GFP_KERNEL))
const path = (error: unknown): string | undefined => {
  const stack = String(loose(error).stack)
  return /\bsrc-|node:|file:|https?:|node_modules/.test(stack) ? `stack ${stack}` : undefined
}
attempt('type error of the surface', () => prove(maker(bad())))
attempt('its stack', () => path(bad()))
attempt('type error of the engine', () => prove(maker(caught(() => loose(null).x))))
attempt('range error of the engine', () => prove(maker(caught(() => 'x'.repeat(-1)))))
attempt('range error of the surface', () => prove(maker(caught(() => alloc_pages(GFP_KERNEL, -1)))))
attempt('stack of the surface', () => path(caught(() => memset(loose({}) as never, 0, 1))))
attempt('stack overflow', () => {
  const deeper = (n: number): number => [n].map((m) => (m > 200 ? loose(null).x as never : deeper(m + 1)))[0]!
  return path(caught(() => deeper(0)))
})
attempt('prepareStackTrace', () => {
  let sites: unknown
  loose(Error).prepareStackTrace = loose((_: unknown, given: unknown) => (sites = given))
  void new Error('x').stack
  return prove(loose(loose(sites)[0]!.getFunction()).constructor)
})
attempt('prepareStackTrace, own object', () => {
  const error = Object.create(Error) as Loose
  Object.defineProperty(Error, 'prepareStackTrace', { value: () => 'hooked' })
  return String(error.stack) === 'hooked' ? 'hooked' : undefined
})
attempt('captureStackTrace', () => {
  const holder = {}
  loose(Error).captureStackTrace!(holder)
  return path(holder)
})
attempt('this of call sites', () => {
  let found: unknown
  Reflect.set(Error, 'prepareStackTrace', (_: unknown, sites: Loose[]) => (found = sites.map((s) => s.getThis!())))
  void loose(bad()).stack
  return found === undefined ? undefined : 'receivers'
})
finish()
