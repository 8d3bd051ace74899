// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect map-put-pages-confusion 12
//
// vfree() of a plain vmap area frees no page.
import { alloc_page, GFP_KERNEL, PAGE_KERNEL, VM_MAP, vfree, vmap } from 'linux'
import type { Ptr } from 'linux'

function window(count: number): Ptr {
  const pages = Array.from({ length: count }, () => alloc_page(GFP_KERNEL)!)
  return vmap(pages, count, VM_MAP, PAGE_KERNEL)!
}
const release = (area: Ptr) => vfree(area)
release(window(3))
