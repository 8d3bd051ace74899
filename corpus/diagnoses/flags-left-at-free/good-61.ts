// @era v6.12
// @expect none
//
// Unlocked before the last put.
import { alloc_page, GFP_KERNEL, lock_page, put_page, unlock_page } from 'linux'
const p = alloc_page(GFP_KERNEL)!
lock_page(p)
unlock_page(p)
put_page(p)
