// @era v6.12
// @expect none
//
// The second locker waits until the first one unlocks.
import { folio_address, folio_alloc, folio_lock, folio_put, folio_unlock, GFP_KERNEL, kthread_run } from 'linux'
import { msleep } from 'linux'
const f = folio_alloc(GFP_KERNEL, 1)!
folio_lock(f)
kthread_run(() => { folio_lock(f); folio_address(f).write_u8(0, 1); folio_unlock(f) }, 't')
msleep(1)
folio_unlock(f)
msleep(2)
folio_put(f)
