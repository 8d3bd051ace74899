// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect slab-use-after-free 17
//
// The task that made the object goes on using it after an interrupt has freed it.
import { free_irq, GFP_KERNEL, IRQ_HANDLED, kfree, kmalloc, module_exit, pr_info, request_irq } from 'linux'
import { raise_irq } from 'sim'

const cookie = {}
const packet = kmalloc(64, GFP_KERNEL)!
packet.write_u32(0, 1)
const done = () => {
  kfree(packet)
  return IRQ_HANDLED
}
request_irq(5, done, 0, 'nic', cookie)
raise_irq(5)
pr_info(`sent ${packet.read_u32(0)}`)
module_exit(() => free_irq(5, cookie))
