// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect krealloc-lost-original 10
//
// p = krealloc(p, …): on failure NULL overwrites the only pointer.
import { ENOMEM, GFP_KERNEL, kfree, kmalloc, krealloc } from 'linux'
import { sim } from 'sim'

let names = kmalloc(64, GFP_KERNEL)
function grow(): number {
  names = krealloc(names, 4096, GFP_KERNEL)
  return names === null ? -ENOMEM : 0
}
sim.fail_next('krealloc')
grow()
kfree(names)
