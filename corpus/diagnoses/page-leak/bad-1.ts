// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect page-leak 9
//
// The second allocation fails, and the early return forgets the first.
import { __free_pages, alloc_pages, ENOMEM, GFP_KERNEL } from 'linux'
import { sim } from 'sim'

function probe(): number {
  const descriptors = alloc_pages(GFP_KERNEL, 1)
  if (descriptors === null) return -ENOMEM
  sim.fail_next('alloc_pages')
  const buffers = alloc_pages(GFP_KERNEL, 2)
  if (buffers === null) return -ENOMEM
  __free_pages(buffers, 2)
  __free_pages(descriptors, 1)
  return 0
}
probe()
