// @era all
// @expect none
//
// The work is waited for before the object that it lies in is freed.
import { container_of, flush_work, GFP_KERNEL, INIT_WORK, kfree, kzalloc, schedule_work, sizeof, struct } from 'linux'
import { u32, work_struct } from 'linux'
const D = struct('d', { work: work_struct, n: u32 })
const d = kzalloc(sizeof(D), GFP_KERNEL)!.as(D)
INIT_WORK(d.work, (w: work_struct) => { container_of(w, D, 'work').n = 5 })
schedule_work(d.work)
flush_work(d.work)
kfree(d.ptr)
