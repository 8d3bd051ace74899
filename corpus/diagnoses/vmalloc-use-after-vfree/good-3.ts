// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The same with the entry read before the area is given up. The last area's pages stay until the worker has run: a
// reference to one of them outlives even that.
import {
  DEFINE_SPINLOCK,
  get_page,
  kmap_local_page,
  kunmap_local,
  msleep,
  pr_info,
  put_page,
  spin_lock_bh,
  spin_unlock_bh,
  vfree,
  vmalloc,
  vmalloc_to_page,
} from 'linux'

const lock = DEFINE_SPINLOCK('table')
let table = vmalloc(2 * 4096)
table!.write_u32(64, 7)
const page = vmalloc_to_page(table!)!
get_page(page)
const old = table!
spin_lock_bh(lock)
table = null
pr_info(`entry 16 is ${old.read_u32(64)}`)
vfree(old)
spin_unlock_bh(lock)
msleep(1)
const at = kmap_local_page(page)
pr_info(`and was ${at.read_u32(64)}`)
kunmap_local(at)
put_page(page)
