// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Two nested mappings, an early return between them, and every path unmaps.
import { __free_page, alloc_page, GFP_KERNEL, kmap_local_page, kunmap_local, memcpy } from 'linux'
import type { page } from 'linux'

const copy = (to: page, from: page, bytes: number) => {
  const source = kmap_local_page(from)
  if (bytes === 0) {
    kunmap_local(source)
    return
  }
  const target = kmap_local_page(to)
  memcpy(target, source, bytes)
  kunmap_local(target)
  kunmap_local(source)
}
const [to, from] = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_KERNEL)!]
copy(to!, from!, 0)
copy(to!, from!, 64)
__free_page(to!)
__free_page(from!)
