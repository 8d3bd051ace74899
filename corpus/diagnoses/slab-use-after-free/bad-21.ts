// @era v6.12
// @expect slab-use-after-free 9
//
// The object is freed while the work that lies in it is still queued.
import { container_of, GFP_KERNEL, INIT_WORK, kfree, kzalloc, schedule_work, sizeof, struct, u32 } from 'linux'
import { work_struct } from 'linux'
const D = struct('d', { work: work_struct, n: u32 })
const d = kzalloc(sizeof(D), GFP_KERNEL)!.as(D)
INIT_WORK(d.work, (w: work_struct) => { container_of(w, D, 'work').n = 5 })
schedule_work(d.work)
kfree(d.ptr)
