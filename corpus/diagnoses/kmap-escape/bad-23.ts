// @era v6.12
// @expect kmap-escape 7
//
// The address goes through a parameter into a thread: the mapping is its maker's.
import { __free_page, alloc_page, GFP_KERNEL, kmap_local_page, kthread_run, kunmap_local, msleep } from 'linux'
import { type Ptr } from 'linux'
function use(p: Ptr) { kthread_run(() => { p.write_u8(0, 1) }, 't') }
const pg = alloc_page(GFP_KERNEL)!
const a = kmap_local_page(pg)
use(a)
msleep(1)
kunmap_local(a)
__free_page(pg)
