// Case h_merge: sixteen pages freed one by one, each time drained to the buddy lists, merge pair by pair.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 17 b+0.buddy_order: the block goes on merging with free neighbours (5 on another kernel)
// Varies: 17 outer_buddy_order: the block goes on merging with free neighbours (5 on another kernel)
import { __free_page, alloc_pages, drain_all_pages, GFP_KERNEL, nth_page, page_private, page_to_pfn, PageBuddy, pfn_to_page, split_page } from 'linux'
import { say } from './measure.ts'

const b = alloc_pages(GFP_KERNEL, 4)!
split_page(b, 4)
const order = [0, 1, 3, 2, 4, 5, 6, 7, 15, 14, 13, 12, 11, 10, 9, 8]
order.forEach((n, i) => {
  const step = i + 2
  __free_page(nth_page(b, n))
  say(step, 'PageBuddy_before_drain', PageBuddy(nth_page(b, n)))
  drain_all_pages()
  for (let k = 0; k < 16; k++) {
    const page = nth_page(b, k)
    if (PageBuddy(page)) say(step, `b+${k}.buddy_order`, page_private(page))
  }
})
// The block that b has become part of: the free head whose order reaches over b.
const pfn = page_to_pfn(b)
for (let k = 4; k <= 10; k++) {
  const outer = pfn_to_page(pfn - (pfn % 2 ** k))
  if (!PageBuddy(outer) || page_private(outer) < k) continue
  say(17, 'outer_buddy_order', page_private(outer))
  break
}
