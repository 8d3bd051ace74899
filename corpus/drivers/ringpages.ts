// @expect none
// a pool of pages with a free list, handed out and taken back; order-2 compound blocks split by hand
import {
  alloc_pages,
  __free_page,
  __free_pages,
  split_page,
  nth_page,
  get_page,
  put_page,
  page_ref_count,
  GFP_KERNEL,
  __GFP_ZERO,
  ENOMEM,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
import type { page } from 'linux'
const ORDER = 2
const pool: page[] = []
function pool_fill(): number {
  const block = alloc_pages(GFP_KERNEL | __GFP_ZERO, ORDER)
  if (!block) return -ENOMEM
  split_page(block, ORDER)
  for (let i = 0; i < 1 << ORDER; i++) pool.push(nth_page(block, i))
  return 0
}
function pool_drain(): void {
  while (pool.length > 0) __free_page(pool.pop()!)
}
module_init(() => {
  const err = pool_fill()
  if (err) return err
  const p = pool.pop()!
  get_page(p)
  pr_info(`ref ${page_ref_count(p)}`)
  put_page(p)
  pool.push(p)
  return 0
})
module_exit(pool_drain)
