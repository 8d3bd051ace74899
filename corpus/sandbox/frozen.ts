// @expect none
// What one run could change for the next is frozen: intrinsics, handles, functions and classes of the surface.
import { kmalloc, kfree, GFP_KERNEL, alloc_page, __free_page, mutex, BUG_ON } from 'linux'

const changes = (owner: object, name: string): boolean => {
  try {
    ;(owner as Record<string, unknown>)[name] = () => 66
    return Object.hasOwn(owner, name) && (owner as Record<string, () => number>)[name]!() === 66
  } catch {
    return false
  }
}
const object = kmalloc(64, GFP_KERNEL)!
const page = alloc_page(GFP_KERNEL)!

BUG_ON(changes(Object.getPrototypeOf(object) as object, 'read_u8'))
BUG_ON(changes(Object.getPrototypeOf(page) as object, 'toString'))
BUG_ON(changes(page, 'pfn'))
BUG_ON(changes(kmalloc, 'call'))
BUG_ON(changes(mutex, 'is'))
BUG_ON(changes(Array.prototype, 'map'))
BUG_ON(changes(Object.prototype, 'evil'))
BUG_ON(changes(Math, 'max'))
BUG_ON(changes(Error, 'prepareStackTrace'))

kfree(object)
__free_page(page)
