// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The forms of the same calls that never sleep.
import * as k from 'linux'
import { device } from 'sim'

const lock = k.DEFINE_SPINLOCK('lock')
const dev = device('card')
const again = k.INIT_DELAYED_WORK({}, () => {})
const once = k.INIT_WORK({}, () => {})
const buffer = k.kmalloc(60, k.GFP_KERNEL)!
const page = k.alloc_page(k.GFP_KERNEL)!
const folio = k.folio_alloc(k.GFP_KERNEL, 0)!
const handle: bigint[] = []

k.spin_lock(lock)
// 64 bytes are there already: nothing is allocated.
const same = k.krealloc(buffer, 64, k.GFP_KERNEL)!
const larger = k.krealloc(same, 4096, k.GFP_ATOMIC)!
const ring = k.dma_alloc_coherent(dev, 4096, handle, k.GFP_ATOMIC)!
if (k.trylock_page(page)) k.unlock_page(page)
if (k.folio_trylock(folio)) k.folio_unlock(folio)
k.disable_irq_nosync(7)
k.enable_irq(7)
k.queue_work(k.system_wq, once)
k.cancel_work(once)
k.queue_delayed_work(k.system_wq, again, 1)
k.cancel_delayed_work(again)
k.spin_unlock(lock)

k.cancel_delayed_work_sync(again)
k.cancel_work_sync(once)
k.dma_free_coherent(dev, 4096, ring, handle[0]!)
k.kfree(larger)
k.__free_page(page)
k.folio_put(folio)
