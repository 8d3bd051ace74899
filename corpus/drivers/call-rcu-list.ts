// @expect none
import {
  kzalloc,
  kfree,
  call_rcu,
  rcu_barrier,
  rcu_read_lock,
  rcu_read_unlock,
  list_add_rcu,
  list_del_rcu,
  list_for_each_entry_rcu,
  list_for_each_entry_safe,
  LIST_HEAD,
  list_head,
  rcu_head,
  struct,
  u32,
  sizeof,
  container_of,
  DEFINE_SPINLOCK,
  spin_lock,
  spin_unlock,
  kthread_run,
  kthread_stop,
  GFP_KERNEL,
  ENOMEM,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
const Item = struct('item', { id: u32, node: list_head, rcu: rcu_head })
const items = LIST_HEAD('items')
const lock = DEFINE_SPINLOCK('lock')
function item_free(head: any): void {
  kfree(container_of(head, Item, 'rcu').ptr)
}
function add(id: number): number {
  const p = kzalloc(sizeof(Item), GFP_KERNEL)
  if (!p) return -ENOMEM
  const it = p.as(Item)
  it.id = id
  spin_lock(lock)
  list_add_rcu(it.node, items)
  spin_unlock(lock)
  return 0
}
function drop_all(): void {
  spin_lock(lock)
  list_for_each_entry_safe(items, Item, 'node', (it) => {
    list_del_rcu(it.node)
    call_rcu(it.rcu, item_free)
  })
  spin_unlock(lock)
}
let t: any = null
module_init(() => {
  for (let i = 0; i < 3; i++) if (add(i)) break
  t = kthread_run(() => {
    let n = 0
    rcu_read_lock()
    list_for_each_entry_rcu(items, Item, 'node', (it) => {
      n += it.id
    })
    rcu_read_unlock()
    pr_info(`sum ${n}`)
    return 0
  }, 'reader')
  return 0
})
module_exit(() => {
  kthread_stop(t)
  drop_all()
  rcu_barrier()
})
