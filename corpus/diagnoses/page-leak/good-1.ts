// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Each failure undoes what was done before it.
import { __free_pages, alloc_pages, ENOMEM, GFP_KERNEL } from 'linux'
import { sim } from 'sim'

function probe(): number {
  const descriptors = alloc_pages(GFP_KERNEL, 1)
  if (descriptors === null) return -ENOMEM
  sim.fail_next('alloc_pages')
  const buffers = alloc_pages(GFP_KERNEL, 2)
  if (buffers === null) {
    __free_pages(descriptors, 1)
    return -ENOMEM
  }
  __free_pages(buffers, 2)
  __free_pages(descriptors, 1)
  return 0
}
probe()
