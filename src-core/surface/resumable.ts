/**
 * Steps that may have to do more than one step: an allocation that reclaims first, an unlock that lets a pending
 * interrupt in. They return `Driven` then, and only in interleaved runs: what makes them do so (shrinkers, interrupt
 * handlers) needs that form. In straight code they are plain steps and cost nothing more.
 */
export const RESUMABLE: readonly string[] = [
  'alloc_pages',
  'alloc_page',
  '__get_free_pages',
  '__get_free_page',
  'get_zeroed_page',
  'folio_alloc',
  'alloc_pages_exact',
  'alloc_pages_bulk_array',
  'kmalloc',
  'kzalloc',
  'kcalloc',
  'kmalloc_array',
  'krealloc',
  'kvmalloc',
  'kvzalloc',
  'kvmalloc_array',
  'kvcalloc',
  'kmemdup',
  'kmem_cache_alloc',
  'kmem_cache_zalloc',
  'vmalloc',
  'vzalloc',
  '__vmalloc',
  'vmalloc_user',
  'spin_unlock_irqrestore',
  'spin_unlock_irq',
  'local_irq_enable',
  'local_irq_restore',
  'raise_irq',
]
