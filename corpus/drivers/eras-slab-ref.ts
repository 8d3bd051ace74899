// @era all
// @expect none
import {
  kmem_cache_create,
  kmem_cache_alloc,
  kmem_cache_free,
  kmem_cache_destroy,
  virt_to_page,
  PageSlab,
  page_folio,
  folio_nr_pages,
  GFP_KERNEL,
  ENOMEM,
  module_init,
  pr_info,
} from 'linux'
module_init(() => {
  const cache = kmem_cache_create('lab', 200, 0, 0, null)
  if (!cache) return -ENOMEM
  const p = kmem_cache_alloc(cache, GFP_KERNEL)
  if (p) {
    pr_info(`slab ${PageSlab(virt_to_page(p))}`)
    kmem_cache_free(cache, p)
  }
  kmem_cache_destroy(cache)
  return 0
})
