// @era all
// @expect none
//
// A reader may be inside its section when the pointer goes: the writer waits for it.
import { cond_resched, kfree, kthread_run, kzalloc, pr_info, rcu_assign_pointer, rcu_dereference } from 'linux'
import { rcu_read_lock, rcu_read_unlock, shared, sizeof, struct, synchronize_rcu, u32 } from 'linux'
import { GFP_KERNEL } from 'kernel'
const O = struct('o', { v: u32 })
const o = kzalloc(sizeof(O), GFP_KERNEL)!.as(O)
const gp = shared<any>(null)
rcu_assign_pointer(gp, o.ptr)
kthread_run(() => { rcu_read_lock(); const p = rcu_dereference(gp); cond_resched(); if (p !== null) pr_info(`${p.as(O).v}`); rcu_read_unlock() }, 'r')
kthread_run(() => { rcu_assign_pointer(gp, null); synchronize_rcu(); kfree(o.ptr) }, 'w')
