// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect vmalloc-to-page-on-linear 8
//
// The small case of a helper that was written for the large one.
import { GFP_KERNEL, kvfree, kvmalloc, vmalloc_to_page } from 'linux'
import type { Ptr } from 'linux'

const first = (buffer: Ptr) => vmalloc_to_page(buffer)
for (const bytes of [16 * 1024 * 1024, 128]) {
  const buffer = kvmalloc(bytes, GFP_KERNEL)!
  first(buffer)
  kvfree(buffer)
}
