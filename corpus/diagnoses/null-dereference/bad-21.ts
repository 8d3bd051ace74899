// @era v6.12
// @expect null-dereference 10
//
// The allocation fails, and the field of a structure at NULL is written.
import { GFP_KERNEL, kzalloc, ptr, sizeof, struct, u32 } from 'linux'
import { sim } from 'sim'
const D = struct('d', { a: u32, b: ptr })
sim.fail_next('kzalloc')
const d = kzalloc(sizeof(D), GFP_KERNEL)
d!.as(D).a = 1
