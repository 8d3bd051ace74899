// @machine memory=4M debug=off
// @expect none
//
// An allocation that must not fail waits for what another task gives back.
import { __GFP_NOFAIL, alloc_page, GFP_KERNEL, kthread_run, put_page } from 'linux'

const held = []
for (let p = alloc_page(GFP_KERNEL); p !== null; p = alloc_page(GFP_KERNEL)) held.push(p)
const spare = held.splice(0, 100)
kthread_run(() => spare.forEach((p) => put_page(p)), 'giver')
for (let i = 0; i < 100; i++) held.push(alloc_page(GFP_KERNEL | __GFP_NOFAIL)!)
for (const p of held) put_page(p)
