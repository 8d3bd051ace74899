// @era v6.12 v6.14 v6.17 v6.18 next
// @expect head-test-after-put 10
//
// The old __free_pages(): drop, then look whether the tails have to be freed one by one.
import { alloc_pages, __free_pages, __GFP_COMP, compound_order, GFP_KERNEL, pr_info, put_page } from 'linux'
import type { page } from 'linux'

const release = (block: page) => {
  put_page(block)
  pr_info(`order ${compound_order(block)}`)
}
const block = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
const other = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
release(block)
__free_pages(other, 2)
