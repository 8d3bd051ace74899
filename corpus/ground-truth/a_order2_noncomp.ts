// Case a_order2_noncomp: of a non-compound block only the first page has a reference. `__free_pages` while it is
// held keeps that page alone; the other three are free at once, as a pair and a single page.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
import { __free_page, __free_pages, alloc_page, alloc_pages, compound_order, get_page, GFP_ATOMIC, GFP_KERNEL, nth_page, put_page } from 'linux'
import { dump, say } from './measure.ts'

const p = alloc_pages(GFP_KERNEL, 2)!
const tails = [1, 2, 3].map((n) => nth_page(p, n))
dump(1, 'p', p)
tails.forEach((t, i) => dump(1, `t${i + 1}`, t))
say(1, 'compound_order(p)', compound_order(p))
get_page(p)
dump(2, 'p', p)
__free_pages(p, 2)
dump(3, 'p', p)
tails.forEach((t, i) => dump(3, `t${i + 1}`, t))
const r1 = alloc_pages(GFP_ATOMIC, 1)!
say(4, 'r1==p+2', r1 === nth_page(p, 2))
const r0 = alloc_page(GFP_ATOMIC)!
say(5, 'r0==p+1', r0 === nth_page(p, 1))
put_page(p)
dump(6, 'p', p)
__free_pages(r1, 1)
__free_page(r0)
