// @expect none
// Accessors in what the surface reads: who calls them, with which receiver, and what they can change on the way.
import { alloc_page, __free_page, GFP_KERNEL, kmalloc, misc_register, struct } from 'linux'
import { attempt, finish, loose, maker, prove } from './proof.ts'

const page = alloc_page(GFP_KERNEL)!
const watching = (names: readonly string[]): { readonly object: object; readonly seen: unknown[] } => {
  const object = {}
  const seen: unknown[] = []
  for (const name of names) {
    Object.defineProperty(object, name, { enumerable: true, get(this: unknown) { seen.push(this); return undefined } })
  }
  return { object, seen }
}
attempt('fields of a struct', () => {
  const { object, seen } = watching(['first', 'second'])
  try { struct('watched', object as never) } catch { /* refused */ }
  return seen.some((each) => each !== object) ? prove(maker(seen[0])) : undefined
})
attempt('fields of a device', () => {
  const { object, seen } = watching(['name', 'fops', 'minor'])
  try { misc_register(object as never) } catch { /* refused */ }
  return seen.some((each) => each !== object) ? prove(maker(seen[0])) : undefined
})
attempt('caller of a getter', () => {
  let caller: unknown
  const object = { get name() { caller = loose(attempt).caller; return 'x' } }
  misc_register(object as never)
  return prove(loose(caller).constructor)
})
attempt('stack of a getter', () => {
  let stack = ''
  const object = { get name() { stack = String(new Error('x').stack); return 'x' } }
  try { misc_register(object as never) } catch { /* refused */ }
  return /src-|node_modules|file:/.test(stack) ? stack : undefined
})
attempt('getter replaced on a handle', () => {
  Object.defineProperty(page, 'pfn', { get: () => 66 })
  return 'replaced'
})
attempt('lookupGetter', () => prove(loose(loose(page).__lookupGetter__('__proto__')).constructor))
attempt('defineGetter on a prototype', () => {
  loose(Object.prototype).__defineGetter__('pagewardCanary', () => true)
  return 'pagewardCanary' in {} ? 'defined' : undefined
})
attempt('getter as a size', () => prove(maker(kmalloc(Object.defineProperty({}, 'valueOf', {
  get() { throw new RangeError('no') },
}) as never, GFP_KERNEL))))
__free_page(page)
finish()
