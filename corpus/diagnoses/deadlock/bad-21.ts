// @era v6.12
// @expect deadlock 8
//
// The page is locked twice by one task: PG_locked does not nest.
import { alloc_page, GFP_KERNEL, lock_page } from 'linux'
const p = alloc_page(GFP_KERNEL)!
lock_page(p)
lock_page(p)
