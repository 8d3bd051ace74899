// Case a_order2_comp: with `__GFP_COMP` the same sequence keeps the whole block until the last put.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
import { __free_pages, __GFP_COMP, alloc_pages, compound_order, get_page, GFP_KERNEL, nth_page, put_page } from 'linux'
import { dump, say } from './measure.ts'

const p = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
const tail = (n: number) => nth_page(p, n)
dump(1, 'p', p)
for (const n of [1, 2, 3]) dump(1, `t${n}`, tail(n))
say(1, 'compound_order(p)', compound_order(p))
get_page(p)
dump(2, 'p', p)
__free_pages(p, 2)
dump(3, 'p', p)
for (const n of [1, 3]) dump(3, `t${n}`, tail(n))
put_page(p)
dump(4, 'p', p)
for (const n of [1, 3]) dump(4, `t${n}`, tail(n))
