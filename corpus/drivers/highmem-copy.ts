// @machine arch=i386-highmem memory=1G
// @expect none
import {
  alloc_page,
  __free_page,
  kmap_local_page,
  kunmap_local,
  memcpy,
  memset,
  GFP_HIGHUSER,
  GFP_KERNEL,
  ENOMEM,
  PAGE_SIZE,
  PageHighMem,
  page_address,
  pr_info,
  module_init,
} from 'linux'
module_init(() => {
  const src = alloc_page(GFP_HIGHUSER)
  if (!src) return -ENOMEM
  const dst = alloc_page(GFP_HIGHUSER)
  if (!dst) {
    __free_page(src)
    return -ENOMEM
  }
  const s = kmap_local_page(src)
  memset(s, 7, PAGE_SIZE)
  const d = kmap_local_page(dst)
  memcpy(d, s, PAGE_SIZE)
  pr_info(`high ${PageHighMem(src)} address ${page_address(src) === null} byte ${d.read_u8(99)}`)
  kunmap_local(d)
  kunmap_local(s)
  __free_page(dst)
  __free_page(src)
  return 0
})
