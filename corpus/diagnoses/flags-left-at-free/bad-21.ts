// @era v6.12
// @expect flags-left-at-free 8
//
// An error path puts the page while it is locked.
import { alloc_page, GFP_KERNEL, lock_page, put_page } from 'linux'
const p = alloc_page(GFP_KERNEL)!
lock_page(p)
put_page(p)
