// @era v6.12
// @expect none
//
// A stack of mappings, taken down from the top.
import { __free_page, alloc_page, GFP_KERNEL, kmap_local_page, kunmap_local } from 'linux'
const p = [0, 1, 2].map(() => alloc_page(GFP_KERNEL)!)
const m = p.map((x) => kmap_local_page(x))
for (const a of m.reverse()) kunmap_local(a)
for (const x of p) __free_page(x)
