// @era all
// @machine debug=off
// @expect none
//
// The same on a production kernel, with no use after kfree(): the next owner's bytes are its own.
import {
  kmalloc, kfree, GFP_KERNEL, virt_to_page, page_address, pr_info, memset,
} from 'linux'

const a = kmalloc(256, GFP_KERNEL)!
const page = virt_to_page(a)

const b = page_address(page)!.add(Number(a.addr & 0xfffn))
b.write_u8(0, 0x41)
kfree(a)

// Another driver, another day.
const victim = kmalloc(256, GFP_KERNEL)!
memset(victim, 0, 256)

pr_info(`same address ${victim.eq(b)}, first byte 0x${victim.read_u8(0).toString(16)}`)

kfree(victim)
