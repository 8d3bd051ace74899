// @era all
// @machine debug=off
// @expect get-page-on-slab 15 v6.14 v6.17 v6.18 next memdesc
// @expect slab-use-after-free 23
//
// What the stale write does on a production kernel (debug=off): the object is handed out again at once, to somebody
// else, at the same address. Look at the bytes of `victim` in the inspector, one step back and forth.
import {
  kmalloc, kfree, GFP_KERNEL, virt_to_page, get_page, put_page, page_address, pr_info, memset,
} from 'linux'

const a = kmalloc(256, GFP_KERNEL)!
const page = virt_to_page(a)

get_page(page)
const b = page_address(page)!.add(Number(a.addr & 0xfffn))
kfree(a)

// Another driver, another day.
const victim = kmalloc(256, GFP_KERNEL)!
memset(victim, 0, 256)

b.write_u8(0, 0x41)
pr_info(`same address ${victim.eq(b)}, first byte 0x${victim.read_u8(0).toString(16)}`)

kfree(victim)
put_page(page)
