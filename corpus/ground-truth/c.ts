// Case c: a page reference does not keep a slab object. On a plain kernel the next object of the class takes the
// same address while the reference is held; with KASAN the quarantine delays that.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 5 c-b: which object is free next depends on what the boot left in the slab
import { compound_order, get_page, GFP_KERNEL, kfree, kmalloc, ksize, PageSlab, put_page, virt_to_head_page, virt_to_page } from 'linux'
import { count, dump, say } from './measure.ts'

const a = kmalloc(256, GFP_KERNEL)!
const hd = virt_to_head_page(a)
const pg = virt_to_page(a)
say(1, 'ksize(a)', ksize(a))
dump(1, 'hd', hd)
say(1, 'pg==hd', pg === hd)
say(1, 'PageSlab(pg)', PageSlab(pg))
say(1, 'compound_order(hd)', compound_order(hd))
say(1, 'PageSlab(hd)', PageSlab(hd))
get_page(pg)
count(2, 'hd', hd)
kfree(a)
count(3, 'hd', hd)
say(3, 'PageSlab(hd)', PageSlab(hd))
const b = kmalloc(256, GFP_KERNEL)!
say(4, 'b==a', b.eq(a))
say(4, 'b_on_same_slab_page', virt_to_head_page(b) === hd)
const c = kmalloc(256, GFP_KERNEL)!
say(5, 'c==a', c.eq(a))
say(5, 'c-b', c.addr - b.addr)
put_page(pg)
count(6, 'hd', hd)
kfree(b)
kfree(c)
