// @machine debug=off
// @expect none
//
// Small values that the functions of v6.12 give: each line names what the source says.
import {
  __free_pages,
  __GFP_COMP,
  __GFP_NOWARN,
  alloc_pages,
  get_page_unless_zero,
  GFP_KERNEL,
  kcalloc,
  kfree,
} from 'linux'
import {
  kmalloc,
  kmalloc_array,
  kmalloc_size_roundup,
  ksize,
  nth_page,
  page_ref_count,
  page_to_pfn,
  pfn_valid,
} from 'linux'
import { dma_alloc_coherent, dma_free_coherent, virt_to_page, WARN_ON } from 'linux'
import { device } from 'sim'

// get_page_unless_zero() is page_ref_add_unless() of the very page: a tail's count is 0.
const block = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
WARN_ON(get_page_unless_zero(nth_page(block, 1)) !== false || page_ref_count(block) !== 1)
__free_pages(block, 2)
// ksize() of NULL and ZERO_SIZE_PTR.
WARN_ON(ksize(null) !== 0 || ksize(kmalloc(0, GFP_KERNEL)!) !== 0)
// check_mul_overflow(): NULL. So is what is larger than KMALLOC_MAX_SIZE.
WARN_ON(kcalloc(2 ** 40, 2 ** 30, GFP_KERNEL | __GFP_NOWARN) !== null)
WARN_ON(kmalloc_array(2 ** 33, 2 ** 32, GFP_KERNEL | __GFP_NOWARN) !== null)
WARN_ON(kmalloc(2 ** 44, GFP_KERNEL | __GFP_NOWARN) !== null)
// kmalloc_size_roundup(): whole orders above the caches, the size itself above KMALLOC_MAX_SIZE.
WARN_ON(kmalloc_size_roundup(8193) !== 16384 || kmalloc_size_roundup(4194305) !== 4194305)
// pfn_valid() is an int.
WARN_ON(pfn_valid(page_to_pfn(block)) !== 1 || pfn_valid(10 ** 9) !== 0)
// dma_alloc_coherent() gives zeroes, also in memory that somebody else wrote.
const before = alloc_pages(GFP_KERNEL, 1)!
__free_pages(before, 1)
const [nic, handle] = [device('nic'), [] as bigint[]]
const coherent = dma_alloc_coherent(nic, 5000, handle, GFP_KERNEL)!
WARN_ON(virt_to_page(coherent) !== before || coherent.read_u8(4999) !== 0)
dma_free_coherent(nic, 5000, coherent, handle[0]!)
kfree(null)
