// @expect none
// Prototype pollution: what a program changes of the language would be seen by the host and by the next program.
import { alloc_page, __free_page, GFP_KERNEL, kmalloc } from 'linux'
import { attempt, finish, loose } from './proof.ts'

const page = alloc_page(GFP_KERNEL)!
const pollutes = (name: string, owner: () => object): void =>
  attempt(name, () => {
    loose(owner()).pagewardCanary = loose(true)
    return loose(owner()).pagewardCanary === undefined ? undefined : 'polluted'
  })
pollutes('Object.prototype', () => Object.prototype)
pollutes('Array.prototype', () => Array.prototype)
pollutes('Function.prototype', () => Object.getPrototypeOf(attempt) as object)
pollutes('Error.prototype', () => Error.prototype)
pollutes('iterator prototype', () => Object.getPrototypeOf([][Symbol.iterator]()) as object)
pollutes('RegExp.prototype', () => RegExp.prototype)
pollutes('Uint8Array.prototype', () => Uint8Array.prototype)
pollutes('handle prototype', () => Object.getPrototypeOf(page) as object)
pollutes('handle class', () => loose(page).constructor)
pollutes('surface function', () => kmalloc)
pollutes('Math', () => Math)
pollutes('JSON', () => JSON)
attempt('__proto__ by JSON', () => {
  Object.assign({}, JSON.parse('{"__proto__":{"pagewardCanary":true}}'))
  return 'pagewardCanary' in {} ? 'polluted' : undefined
})
attempt('__proto__ of a literal', () => {
  loose({}).__proto__!.pagewardCanary = loose(true)
  return 'pagewardCanary' in {} ? 'polluted' : undefined
})
attempt('push replaced', () => {
  loose(Array.prototype).push = loose(() => 66)
  return ([] as number[]).push(1) === 66 ? 'replaced' : undefined
})
attempt('setPrototypeOf', () => {
  Object.setPrototypeOf(Object.getPrototypeOf(page) as object, { pagewardCanary: true })
  return 'set'
})
__free_page(page)
finish()
