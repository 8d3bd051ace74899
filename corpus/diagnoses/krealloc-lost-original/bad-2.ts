// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect krealloc-lost-original 12
//
// The same in an object that keeps its buffer.
import { GFP_KERNEL, kfree, kmalloc, krealloc } from 'linux'
import { sim } from 'sim'

const queue = { slots: kmalloc(32, GFP_KERNEL), size: 32 }
sim.fail_next('krealloc')
while (queue.slots !== null && queue.size < 512) {
  queue.size *= 4
  queue.slots = krealloc(queue.slots, queue.size, GFP_KERNEL)
}
if (queue.slots !== null) kfree(queue.slots)
