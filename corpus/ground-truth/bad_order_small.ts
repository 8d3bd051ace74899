// Case bad_order_small: an order-2 block freed as one page: its three tails have no count and are lost. Freeing
// them makes their counts -1 (an assertion with DEBUG_VM).
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-badfree debug=on
import { __free_page, alloc_page, alloc_pages, drain_all_pages, GFP_KERNEL, nth_page, PageBuddy } from 'linux'
import { dump, say } from './measure.ts'

const p = alloc_pages(GFP_KERNEL, 2)!
const at = (n: number) => nth_page(p, n)
__free_page(p)
for (const n of [0, 1, 2, 3]) dump(1, `p+${n}`, at(n))
say(1, 'next_alloc_page()==p', alloc_page(GFP_KERNEL) === p)
drain_all_pages()
for (const n of [1, 2, 3]) say(2, `p+${n}.PageBuddy`, PageBuddy(at(n)))
__free_page(at(1))
dump(3, 'p+1', at(1))
__free_page(at(2))
__free_page(at(3))
for (const n of [0, 1, 2, 3]) dump(4, `p+${n}`, at(n))
