// @expect none
// readers of a config that a writer replaces
import {
  kmalloc,
  kfree_rcu,
  kfree,
  struct,
  u32,
  rcu_head,
  rcu_read_lock,
  rcu_read_unlock,
  rcu_dereference,
  rcu_assign_pointer,
  shared,
  sizeof,
  DEFINE_MUTEX,
  mutex_lock,
  mutex_unlock,
  kthread_run,
  kthread_stop,
  GFP_KERNEL,
  ENOMEM,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
const Config = struct('config', { limit: u32, rate: u32, rcu: rcu_head })
const current_config = shared<any>(null)
const update_lock = DEFINE_MUTEX('update_lock')
function config_set(limit: number): number {
  const p = kmalloc(sizeof(Config), GFP_KERNEL)
  if (!p) return -ENOMEM
  const fresh = p.as(Config)
  fresh.limit = limit
  fresh.rate = limit * 2
  mutex_lock(update_lock)
  const old = rcu_dereference(current_config)
  rcu_assign_pointer(current_config, fresh)
  mutex_unlock(update_lock)
  if (old) kfree_rcu(old, 'rcu')
  return 0
}
let reader: any = null
module_init(() => {
  const err = config_set(5)
  if (err) return err
  reader = kthread_run(() => {
    for (let i = 0; i < 3; i++) {
      rcu_read_lock()
      const c = rcu_dereference(current_config)
      if (c) pr_info(`${c.rate === c.limit * 2}`)
      rcu_read_unlock()
    }
    return 0
  }, 'reader')
  if (config_set(6)) pr_info('kept the old one')
  return 0
})
module_exit(() => {
  kthread_stop(reader)
  const c = rcu_dereference(current_config)
  rcu_assign_pointer(current_config, null)
  if (c) kfree_rcu(c, 'rcu')
})
