// @expect none
// Well-known symbols: what the host asks of values it is given, and what it might believe.
import { alloc_page, __free_page, get_page, GFP_KERNEL, kfree, kmalloc, pr_info } from 'linux'
import { attempt, finish, loose, maker, prove } from './proof.ts'

const page = alloc_page(GFP_KERNEL)!
attempt('hasInstance of a class', () => {
  Object.defineProperty(maker(page) as object, Symbol.hasInstance, { value: () => true })
  return 'defined'
})
attempt('hasInstance of a handle', () => {
  Object.defineProperty(loose(page).constructor, Symbol.hasInstance, { value: () => true })
  return ({}) instanceof loose(page).constructor ? 'believed' : undefined
})
attempt('toStringTag as a brand', () => {
  get_page({ [Symbol.toStringTag]: 'page', pfn: 0 } as never)
  return 'believed'
})
attempt('prototype as a brand', () => {
  get_page(Object.create(Object.getPrototypeOf(page) as object) as never)
  return 'believed'
})
attempt('species', () => {
  const array = [1]
  loose(array).constructor = loose({ [Symbol.species]: function (this: unknown) { return this } })
  return prove(maker(array.map((x) => x)))
})
attempt('toPrimitive', () => {
  let hint: unknown
  kfree(kmalloc({ [Symbol.toPrimitive](...args: unknown[]) { hint = args; return 64 } } as never, GFP_KERNEL))
  return hint === undefined ? undefined : prove(maker(hint))
})
attempt('iterator of a surface value', () => prove(maker(loose(page)[Symbol.iterator])))
attempt('registered symbols', () => {
  for (const name of ['pageward.blocked', 'pageward', 'nodejs.util.inspect.custom', 'nodejs.util.promisify.custom']) {
    if (loose(page)[Symbol.for(name)] !== undefined) return name
  }
  return undefined
})
attempt('inspect hook', () => {
  let given: unknown
  pr_info({ [Symbol.for('nodejs.util.inspect.custom')](...args: unknown[]) { given = args; return 'x' } } as never)
  return given === undefined ? undefined : prove(maker(given))
})
attempt('unscopables', () => {
  loose(Array.prototype)[Symbol.unscopables] = loose({ pagewardCanary: true })
  return loose(Array.prototype)[Symbol.unscopables]!.pagewardCanary === loose(true) ? 'set' : undefined
})
__free_page(page)
finish()
