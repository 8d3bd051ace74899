// Case a: `__free_page` drops one reference. A page that somebody else holds stays allocated; the last put frees
// it, and it is the first page handed out again.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
import { __free_page, alloc_page, get_page, GFP_KERNEL, put_page } from 'linux'
import { count, dump, say } from './measure.ts'

const p = alloc_page(GFP_KERNEL)!
dump(1, 'p', p)
get_page(p)
dump(2, 'p', p)
put_page(p)
dump(3, 'p', p)
get_page(p)
count(4, 'p', p)
__free_page(p)
dump(5, 'p', p)
const q = alloc_page(GFP_KERNEL)!
say(6, 'q==p', q === p)
put_page(p)
dump(7, 'p', p)
const t1 = alloc_page(GFP_KERNEL)!
say(8, 't1==p', t1 === p)
__free_page(q)
__free_page(t1)
