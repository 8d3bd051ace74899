// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The result goes into another variable first.
import { ENOMEM, GFP_KERNEL, kfree, kmalloc, krealloc } from 'linux'
import { sim } from 'sim'

let names = kmalloc(64, GFP_KERNEL)
function grow(): number {
  const larger = krealloc(names, 4096, GFP_KERNEL)
  if (larger === null) return -ENOMEM
  names = larger
  return 0
}
sim.fail_next('krealloc')
grow()
kfree(names)
