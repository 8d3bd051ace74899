// @era v6.12
// @expect free-without-grace-period 13
//
// The writer takes the pointer away and frees at once, while a reader is inside its section.
import { cond_resched, kfree, kthread_run, kzalloc, pr_info, rcu_assign_pointer, rcu_dereference } from 'linux'
import { rcu_read_lock, rcu_read_unlock, shared, sizeof, struct, u32 } from 'linux'
import { GFP_KERNEL } from 'kernel'
const O = struct('o', { v: u32 })
const o = kzalloc(sizeof(O), GFP_KERNEL)!.as(O)
const gp = shared<any>(null)
rcu_assign_pointer(gp, o.ptr)
kthread_run(() => { rcu_read_lock(); const p = rcu_dereference(gp); cond_resched(); if (p !== null) pr_info(`${p.as(O).v}`); rcu_read_unlock() }, 'r')
kthread_run(() => { rcu_assign_pointer(gp, null); kfree(o.ptr) }, 'w')
