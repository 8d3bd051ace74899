// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The result is looked at; the reference that was taken is dropped.
import { get_page, put_page, vfree, vmalloc, vmalloc_to_page } from 'linux'
import type { Ptr } from 'linux'

function grab(at: Ptr) {
  const found = vmalloc_to_page(at)
  if (found !== null) get_page(found)
  return found
}

const area = vmalloc(4096)!
for (const offset of [0, 4096]) {
  const page = grab(area.add(offset))
  if (page !== null) put_page(page)
}
vfree(area)
