// Case h_pcp: per-cpu lists of orders 0 to 3 are last in, first out, and their pages are not PageBuddy; order 4
// goes straight to the buddy lists.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 6 z==y: depends on the blocks next to it
// Varies: 6 z==x: depends on the blocks next to it
// Varies: 6 y_is_PageBuddy_after_free: depends on the blocks next to it
// Varies: 6 x_is_PageBuddy_after_free: depends on the blocks next to it
import { __free_pages, alloc_page, alloc_pages, __free_page, GFP_KERNEL, PageBuddy } from 'linux'
import { say } from './measure.ts'

const p = Array.from({ length: 8 }, () => alloc_page(GFP_KERNEL)!)
__free_page(p[2]!)
__free_page(p[5]!)
__free_page(p[1]!)
const q = Array.from({ length: 3 }, () => alloc_page(GFP_KERNEL)!)
say(2, 'q0==p1', q[0] === p[1])
say(2, 'q1==p5', q[1] === p[5])
say(2, 'q2==p2', q[2] === p[2])
for (const order of [1, 2, 3, 4]) {
  const x = alloc_pages(GFP_KERNEL, order)!
  const y = alloc_pages(GFP_KERNEL, order)!
  __free_pages(x, order)
  __free_pages(y, order)
  say(order + 2, 'y_is_PageBuddy_after_free', PageBuddy(y))
  say(order + 2, 'x_is_PageBuddy_after_free', PageBuddy(x))
  const z = alloc_pages(GFP_KERNEL, order)!
  say(order + 2, 'z==y', z === y)
  say(order + 2, 'z==x', z === x)
  __free_pages(z, order)
}
p.forEach(__free_page)
