// @expect none
// Constructor chains: nothing that a snippet holds leads to code made from text.
import { kmalloc, kfree, GFP_KERNEL, alloc_page, __free_page, BUG_ON } from 'linux'

const escapes = (attempt: () => unknown): boolean => {
  try {
    return attempt() !== undefined
  } catch {
    return false
  }
}
const object = kmalloc(64, GFP_KERNEL)!
const page = alloc_page(GFP_KERNEL)!
const make = (value: unknown): ((text: string) => () => unknown) =>
  (value as { constructor: { constructor: (text: string) => () => unknown } }).constructor.constructor

BUG_ON(escapes(() => make(object)('return globalThis.process')()))
BUG_ON(escapes(() => make(page)('return globalThis.process')()))
BUG_ON(escapes(() => make(kmalloc)('return globalThis.process')()))
BUG_ON(escapes(() => (kmalloc as unknown as { constructor: (t: string) => () => unknown }).constructor('return 1')()))
BUG_ON(escapes(() => make(() => 0)('return 1')()))
BUG_ON(escapes(() => make(new Error('x'))('return 1')()))

kfree(object)
__free_page(page)
