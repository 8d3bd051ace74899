// @era v6.12
// @expect page-leak 8
//
// The structure is freed, but not the page that its field named.
import { alloc_page, GFP_KERNEL, kfree, kzalloc, ptr, sizeof, struct, u32 } from 'linux'
const Ring = struct('ring', { page: ptr, n: u32 })
const r = kzalloc(sizeof(Ring), GFP_KERNEL)!.as(Ring)
r.page = alloc_page(GFP_KERNEL)!
kfree(r.ptr)
