// @era v6.14 v6.17 memdesc
// @expect get-page-on-slab 9
//
// A transmit path that counts whatever page a buffer lies on.
import { get_page, GFP_KERNEL, kfree, kmalloc, put_page, virt_to_head_page } from 'linux'
import type { page, Ptr } from 'linux'

function hold(buffer: Ptr, held: page[]) {
  get_page(virt_to_head_page(buffer))
  held.push(virt_to_head_page(buffer))
}

const held: page[] = []
const packets = [200, 300, 400].map((bytes) => kmalloc(bytes, GFP_KERNEL)!)
hold(packets[0]!, held)
packets[0]!.write_u8(0, 0xff)
for (const page of held) put_page(page)
packets.forEach((packet) => kfree(packet))
