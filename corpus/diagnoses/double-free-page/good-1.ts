// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// One owner: the exit path frees only what is still there.
import { __free_page, alloc_page, GFP_KERNEL } from 'linux'
import type { page } from 'linux'

let held: page | null = alloc_page(GFP_KERNEL)!
const release = () => {
  if (held !== null) __free_page(held)
  held = null
}
release()
release()
