// @era all
// @expect none
//
// Three allocations, undone in the opposite order on each path that fails.
import { kmalloc, kfree, alloc_page, __free_page, vmalloc, vfree, GFP_KERNEL } from 'linux'
import { sim } from "sim"
const probe = (): number => {
  const a = kmalloc(64, GFP_KERNEL)
  if (a === null) return -12
  const p = alloc_page(GFP_KERNEL)
  if (p === null) { kfree(a); return -12 }
  const v = vmalloc(8192)
  if (v === null) { __free_page(p); kfree(a); return -12 }
  vfree(v); __free_page(p); kfree(a)
  return 0
}
probe()
sim.fail_next("vmalloc")
probe()
