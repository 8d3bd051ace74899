// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The same variable holds one mapping after the other; the page, not the address, is handed to the thread.
import { __free_page, alloc_page, GFP_KERNEL, kmap_local_page, kthread_run, kthread_stop, kunmap_local } from 'linux'

const pages = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_KERNEL)!]
let bytes = kmap_local_page(pages[0]!)
bytes.write_u8(0, 1)
kunmap_local(bytes)
bytes = kmap_local_page(pages[0]!)
bytes.write_u8(1, 1)
kunmap_local(bytes)
const worker = kthread_run(() => {
  const bytes = kmap_local_page(pages[1]!)
  bytes.write_u8(0, 1)
  kunmap_local(bytes)
}, 'worker')
kthread_stop(worker)
for (const page of pages) __free_page(page)
