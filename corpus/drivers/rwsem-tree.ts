// @expect none
import {
  init_rwsem,
  rw_semaphore,
  down_read,
  up_read,
  down_write,
  up_write,
  down_read_trylock,
  kzalloc,
  kfree,
  struct,
  u32,
  list_head,
  LIST_HEAD,
  list_add,
  list_del,
  list_for_each_entry,
  list_for_each_entry_safe,
  sizeof,
  GFP_KERNEL,
  ENOMEM,
  ENOENT,
  kthread_run,
  kthread_stop,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
const Node = struct('node', { key: u32, val: u32, link: list_head })
const sem = init_rwsem(new rw_semaphore())
const nodes = LIST_HEAD('nodes')
function put(key: number, val: number): number {
  const p = kzalloc(sizeof(Node), GFP_KERNEL)
  if (!p) return -ENOMEM
  const n = p.as(Node)
  n.key = key
  n.val = val
  down_write(sem)
  list_add(n.link, nodes)
  up_write(sem)
  return 0
}
function find(key: number): number {
  let val = -ENOENT
  down_read(sem)
  list_for_each_entry(nodes, Node, 'link', (n) => {
    if (n.key !== key) return true
    val = n.val
    return false
  })
  up_read(sem)
  return val
}
let t: any = null
module_init(() => {
  for (let i = 0; i < 3; i++) if (put(i, i * i)) return -ENOMEM
  t = kthread_run(() => {
    pr_info(`t ${find(2)} ${find(9)}`)
    return 0
  }, 't')
  if (down_read_trylock(sem)) {
    up_read(sem)
    pr_info('free')
  }
  return 0
})
module_exit(() => {
  kthread_stop(t)
  down_write(sem)
  list_for_each_entry_safe(nodes, Node, 'link', (n) => {
    list_del(n.link)
    kfree(n.ptr)
  })
  up_write(sem)
})
