// @era v6.12
// @expect slab-invalid-free 8
//
// The free is given the address of a field.
import { GFP_KERNEL, kfree, kzalloc, offsetof, type Ptr, sizeof, struct, u64 } from 'linux'
const H = struct('h', { hdr: u64, data: u64 })
const h = kzalloc(sizeof(H), GFP_KERNEL)!
const release = (p: Ptr) => kfree(p)
release(h.add(offsetof(H, 'data')))
