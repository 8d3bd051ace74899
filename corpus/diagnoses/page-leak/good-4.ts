// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// An array of pages, each with a reference for a worker: the worker drops its own, and the list drops the rest.
import { alloc_page, get_page, put_page, GFP_KERNEL, kthread_run, msleep, page_address } from 'linux'
import type { page } from 'linux'
const queue: page[] = []
for (let i = 0; i < 4; i++) queue.push(alloc_page(GFP_KERNEL)!)
const work = (p: page) => { page_address(p)!.write_u32(0, 1); put_page(p) }
for (const p of queue) get_page(p)
kthread_run(() => { for (const p of queue) work(p) }, 'w')
msleep(10)
for (const p of queue) put_page(p)
