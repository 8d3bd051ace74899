// @era v6.12
// @expect krealloc-lost-original 11
//
// The failure goes over the field that had the only pointer.
import { GFP_KERNEL, kfree, kmalloc, krealloc, kzalloc, ptr, sizeof, struct, u32 } from 'linux'
import { sim } from 'sim'
const R = struct('r', { buf: ptr, len: u32 })
const r = kzalloc(sizeof(R), GFP_KERNEL)!.as(R)
r.buf = kmalloc(64, GFP_KERNEL)
sim.fail_next('krealloc')
r.buf = krealloc(r.buf, 4096, GFP_KERNEL)
kfree(r.ptr)
