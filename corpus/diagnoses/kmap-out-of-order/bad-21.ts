// @era v6.12
// @expect kmap-out-of-order 8
//
// Three mappings are undone in the order in which they were made.
import { __free_page, alloc_page, GFP_KERNEL, kmap_local_page, kunmap_local } from 'linux'
const p = [0, 1, 2].map(() => alloc_page(GFP_KERNEL)!)
const m = p.map((x) => kmap_local_page(x))
for (const a of m) kunmap_local(a)
for (const x of p) __free_page(x)
