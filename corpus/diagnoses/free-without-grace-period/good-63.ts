// @era v6.14 next
// @expect none
//
// The guard ends first: synchronize_rcu() waits for it.
import { cond_resched, kfree, kmalloc, kthread_run, pr_info, rcu_assign_pointer, rcu_dereference } from 'linux'
import { shared } from 'linux'
import { GFP_KERNEL, rcu } from 'kernel'
const cell = shared<any>(null)
const o = kmalloc(64, GFP_KERNEL)!
o.write_u32(0, 1)
rcu_assign_pointer(cell, o)
kthread_run(() => { using g = rcu.read_lock(); const p = rcu_dereference(cell); cond_resched(); if (p !== null) pr_info(`${p.read_u32(0)}`) }, 'r')
kthread_run(() => { rcu_assign_pointer(cell, null); rcu.synchronize_rcu(); kfree(o) }, 'w')
