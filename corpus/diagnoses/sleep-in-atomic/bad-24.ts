// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect sleep-in-atomic 25
// @expect sleep-in-atomic 26
// @expect sleep-in-atomic 28
// @expect sleep-in-atomic 29
// @expect sleep-in-atomic 31
// @expect sleep-in-atomic 33
// @expect sleep-in-atomic 34
// @expect sleep-in-atomic 35
//
// Calls that may sleep although their name does not say so, made under a spinlock.
import * as k from 'linux'
import { device } from 'sim'

const lock = k.DEFINE_SPINLOCK('lock')
const dev = device('card')
const ready = k.init_waitqueue_head(new k.wait_queue_head_t())
const again = k.INIT_DELAYED_WORK({}, () => {})
const buffer = k.kmalloc(64, k.GFP_KERNEL)!
const page = k.alloc_page(k.GFP_KERNEL)!
const folio = k.folio_alloc(k.GFP_KERNEL, 0)!
const handle: bigint[] = []

k.spin_lock(lock)
const larger = k.krealloc(buffer, 4096, k.GFP_KERNEL)!
const other = k.krealloc(null, 32, k.GFP_NOFS)
k.kfree(other)
const ring = k.dma_alloc_coherent(dev, 4096, handle, k.GFP_KERNEL)!
k.lock_page(page)
k.unlock_page(page)
k.folio_lock(folio)
k.folio_unlock(folio)
k.wait_event(ready, () => true)
k.disable_irq(7)
k.cancel_delayed_work_sync(again)
k.enable_irq(7)
k.spin_unlock(lock)

k.dma_free_coherent(dev, 4096, ring, handle[0]!)
k.kfree(larger)
k.__free_page(page)
k.folio_put(folio)
