// @era v6.12 v6.14 v6.17 v6.18 next
// @machine debug=off
// @expect resurrect-zero-ref 13
//
// The cache keeps handles of pages without a reference.
import { alloc_page, get_page, GFP_KERNEL, put_page } from 'linux'
import type { page } from 'linux'

const cache = new Map<number, page>()
function find(index: number): page {
  const hit = cache.get(index)
  if (hit !== undefined) {
    get_page(hit)
    return hit
  }
  const fresh = alloc_page(GFP_KERNEL)!
  cache.set(index, fresh)
  return fresh
}
put_page(find(7))
find(7)
