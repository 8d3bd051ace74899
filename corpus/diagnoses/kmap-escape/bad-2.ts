// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect kmap-escape 10
//
// A local mapping is handed to a thread.
import { __free_page, alloc_page, GFP_KERNEL, kmap_local_page, kthread_run, kunmap_local, msleep } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const bytes = kmap_local_page(page)
kthread_run(() => {
  bytes.write_u32(0, 1)
}, 'worker')
msleep(20)
kunmap_local(bytes)
__free_page(page)
