// Case i: without high memory `kmap_local_page` is `page_address`: no address of its own, no reference.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 1 b-a: distance of two pages of the per-cpu list
// Varies: 1 c-b: distance of two pages of the per-cpu list
import { __free_page, alloc_page, GFP_KERNEL, kmap, kmap_local_page, kunmap, kunmap_local, page_address, page_ref_count, PageHighMem } from 'linux'
import { count, say } from './measure.ts'

const p = alloc_page(GFP_KERNEL)!
const q = alloc_page(GFP_KERNEL)!
const r = alloc_page(GFP_KERNEL)!
const a = kmap_local_page(p)
const b = kmap_local_page(q)
const c = kmap_local_page(r)
const a2 = kmap_local_page(p)
say(1, 'a==page_address(p)', a.eq(page_address(p)!))
say(1, 'b==page_address(q)', b.eq(page_address(q)!))
say(1, 'c==page_address(r)', c.eq(page_address(r)!))
say(1, 'second_map_of_p==first', a2.eq(a))
say(1, 'b-a', b.addr - a.addr)
say(1, 'c-b', c.addr - b.addr)
say(1, 'kmap_local_refcount_effect', page_ref_count(p))
kunmap_local(a2)
kunmap_local(c)
kunmap_local(b)
kunmap_local(a)
count(2, 'p', p)
say(3, 'kmap(p)==page_address(p)', kmap(p).eq(page_address(p)!))
say(3, 'PageHighMem(p)', PageHighMem(p))
kunmap(p)
__free_page(p)
__free_page(q)
__free_page(r)
