// @expect none
import {
  alloc_page,
  __free_page,
  vmap,
  vunmap,
  VM_MAP,
  PAGE_KERNEL,
  kmap_local_page,
  kunmap_local,
  GFP_KERNEL,
  ENOMEM,
  PAGE_SIZE,
  module_init,
  module_exit,
  pr_info,
  vmalloc_to_page,
} from 'linux'
import type { page, Ptr } from 'linux'
const N = 4
const pages: page[] = []
let window_va: Ptr | null = null
function free_pages_all(): void {
  for (const p of pages) __free_page(p)
  pages.length = 0
}
module_init(() => {
  for (let i = 0; i < N; i++) {
    const p = alloc_page(GFP_KERNEL)
    if (!p) {
      free_pages_all()
      return -ENOMEM
    }
    pages.push(p)
  }
  window_va = vmap(pages, N, VM_MAP, PAGE_KERNEL)
  if (!window_va) {
    free_pages_all()
    return -ENOMEM
  }
  for (let i = 0; i < N; i++) window_va.write_u8(i * PAGE_SIZE, i + 1)
  const k = kmap_local_page(pages[2]!)
  pr_info(`third ${k.read_u8(0)} ${vmalloc_to_page(window_va.add(2 * PAGE_SIZE)) === pages[2]}`)
  kunmap_local(k)
  return 0
})
module_exit(() => {
  vunmap(window_va!)
  free_pages_all()
})
