// @expect none
// a small cache of folios by index, with lookup under a spinlock
import {
  folio_alloc,
  folio_get,
  folio_put,
  folio_page,
  folio_nr_pages,
  kmap_local_folio,
  kunmap_local,
  DEFINE_SPINLOCK,
  spin_lock,
  spin_unlock,
  GFP_KERNEL,
  ENOMEM,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
import type { folio } from 'linux'
const lock = DEFINE_SPINLOCK('lock')
const cache = new Map<number, folio>()
function cache_get(index: number): folio | null {
  spin_lock(lock)
  const f = cache.get(index) ?? null
  if (f) folio_get(f)
  spin_unlock(lock)
  return f
}
function cache_add(index: number): number {
  const f = folio_alloc(GFP_KERNEL, 1)
  if (!f) return -ENOMEM
  spin_lock(lock)
  cache.set(index, f)
  spin_unlock(lock)
  return 0
}
module_init(() => {
  const err = cache_add(7)
  if (err) return err
  const f = cache_get(7)
  if (f) {
    const va = kmap_local_folio(f, 0)
    va.write_u32(0, 0xcafe)
    kunmap_local(va)
    pr_info(`pages ${folio_nr_pages(f)} first ${folio_page(f, 0) !== folio_page(f, 1)}`)
    folio_put(f)
  }
  return 0
})
module_exit(() => {
  spin_lock(lock)
  const all = [...cache.values()]
  cache.clear()
  spin_unlock(lock)
  for (const f of all) folio_put(f)
})
