// @expect none
import {
  alloc_pages_exact,
  free_pages_exact,
  memset,
  memcpy,
  GFP_KERNEL,
  __GFP_ZERO,
  ENOMEM,
  module_init,
  module_exit,
  PAGE_SIZE,
} from 'linux'
import type { Ptr } from 'linux'
const BYTES = 3 * PAGE_SIZE
let fw: Ptr | null = null
let shadow: Ptr | null = null
module_init(() => {
  fw = alloc_pages_exact(BYTES, GFP_KERNEL | __GFP_ZERO)
  if (!fw) return -ENOMEM
  shadow = alloc_pages_exact(BYTES, GFP_KERNEL)
  if (!shadow) {
    free_pages_exact(fw, BYTES)
    fw = null
    return -ENOMEM
  }
  memset(fw, 0x5a, BYTES)
  memcpy(shadow, fw, BYTES)
  return 0
})
module_exit(() => {
  if (shadow) free_pages_exact(shadow, BYTES)
  if (fw) free_pages_exact(fw, BYTES)
})
