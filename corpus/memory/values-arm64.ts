// @machine arch=arm64-16k memory=128M
// @expect none
//
// A kernel with 16 KiB pages: MAX_PAGE_ORDER is 11 (CONFIG_ARCH_FORCE_MAX_ORDER), a block of 32 MiB, as large as a page block
// (pageblock_order); all memory below 4 GiB is ZONE_DMA (zone_sizes_init()), so GFP_DMA is served as well as GFP_DMA32.
import { __free_page, __free_pages, __GFP_DMA, __GFP_DMA32, __GFP_NOWARN, alloc_page, alloc_pages } from 'linux'
import { GFP_KERNEL, kfree, kmalloc, MAX_PAGE_ORDER, PAGE_SIZE, page_to_pfn, page_zone_name, WARN_ON } from 'linux'
import {
  compound_order,
  kmalloc_size_roundup,
  kmem_cache_create,
  kmem_cache_destroy,
  pr_err,
  virt_to_head_page,
} from 'linux'

WARN_ON(PAGE_SIZE !== 16_384 || MAX_PAGE_ORDER !== 11)
const block = alloc_pages(GFP_KERNEL, 11)
WARN_ON(block === null)
WARN_ON(page_to_pfn(block!) % 2048 !== 0)
__free_pages(block!, 11)
WARN_ON(alloc_pages(GFP_KERNEL | __GFP_NOWARN, 12) !== null)
for (const zone of [0, __GFP_DMA, __GFP_DMA32]) {
  const page = alloc_page(GFP_KERNEL | zone)
  WARN_ON(page === null)
  WARN_ON(page_zone_name(page!) !== 'DMA')
  __free_page(page!)
}
const large = kmalloc(32 * 1024 * 1024, GFP_KERNEL)
WARN_ON(large === null)
WARN_ON(compound_order(virt_to_head_page(large!)) !== 11)
kfree(large!)
WARN_ON(kmalloc(32 * 1024 * 1024 + 1, GFP_KERNEL | __GFP_NOWARN) !== null)
for (const [size, order] of [
  [8, 0],
  [192, 0],
  [1024, 0],
  [1025, 1],
  [2049, 2],
  [4097, 3],
  [8193, 3],
  [16_385, 3],
  [32_768, 3],
  [32_769, 2],
] as const) {
  const p = kmalloc(size, GFP_KERNEL)!
  if (compound_order(virt_to_head_page(p)) !== order) pr_err(`kmalloc(${size})`)
  WARN_ON(compound_order(virt_to_head_page(p)) !== order)
  kfree(p)
}
WARN_ON(kmalloc_size_roundup(16_385) !== 32_768 || kmalloc_size_roundup(32_769) !== 65_536)
// KMALLOC_MAX_SIZE: above it no cache can be.
const most = kmem_cache_create('most', 32 * 1024 * 1024, 0, 0, null)
WARN_ON(most === null)
kmem_cache_destroy(most!)
WARN_ON(kmem_cache_create('more', 32 * 1024 * 1024 + 1, 0, 0, null) !== null)
