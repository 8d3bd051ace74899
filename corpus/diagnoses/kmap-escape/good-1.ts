// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Mapped again where it is used; each task maps for itself.
import { __free_page, alloc_page, GFP_KERNEL, kmap_local_page, kthread_run, kunmap_local, module_exit } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const store = (offset: number) => {
  const bytes = kmap_local_page(page)
  bytes.write_u32(offset, 1)
  kunmap_local(bytes)
}
store(0)
kthread_run(() => {
  store(4)
}, 'worker')
module_exit(() => {
  __free_page(page)
})
