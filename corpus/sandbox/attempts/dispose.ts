// @expect none
// What `using` and dropping call: dispose methods of the program run at the end of scopes, in the host's hands.
import { alloc_page, __free_page, GFP_KERNEL } from 'linux'
import { attempt, finish, loose, maker, prove } from './proof.ts'

const seen: unknown[] = []
const proofOf = (value: unknown): unknown => (value === undefined ? undefined : prove(maker(value)))
class Resource {
  [Symbol.dispose](...args: unknown[]): void { seen.push(this, args, loose(attempt).caller) }
}
attempt('receiver of dispose', () => {
  { using resource = new Resource(); void resource }
  return seen[0] instanceof Resource ? undefined : proofOf(seen[0])
})
attempt('arguments of dispose', () => proofOf(seen[1]))
attempt('caller of dispose', () => proofOf(seen[2]))
attempt('getter of dispose', () => {
  let receiver: unknown
  const odd = { get [Symbol.dispose]() { receiver = this; return () => undefined } }
  { using resource = odd; void resource }
  return receiver === odd ? undefined : proofOf(receiver)
})
attempt('suppressed error', () => {
  const one = (): Disposable => ({ [Symbol.dispose]() { throw new Error('dispose') } })
  try {
    using first = one()
    using second = one()
    void first
    void second
    throw new Error('body')
  } catch (error) {
    return prove(maker(error))
  }
})
attempt('dispose of a handle', () => {
  const page = alloc_page(GFP_KERNEL)!
  try {
    Object.defineProperty(Object.getPrototypeOf(page) as object, Symbol.dispose, { value: () => 'mine' })
    return 'defined'
  } finally {
    __free_page(page)
  }
})
attempt('DisposableStack', () => prove(maker(new (loose(globalThis).DisposableStack!)())))
finish()
