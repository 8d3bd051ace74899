// @expect none
import {
  kmem_cache_create,
  kmem_cache_alloc,
  kmem_cache_free,
  kmem_cache_destroy,
  struct,
  u32,
  u64,
  sizeof,
  list_head,
  LIST_HEAD,
  list_add_tail,
  list_del,
  list_for_each_entry_safe,
  list_empty,
  DEFINE_MUTEX,
  mutex_lock,
  mutex_unlock,
  SLAB_HWCACHE_ALIGN,
  GFP_KERNEL,
  ENOMEM,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
import type { kmem_cache } from 'linux'
const Req = struct('req', { id: u32, when: u64, node: list_head })
let req_cache: kmem_cache | null = null
const pending = LIST_HEAD('pending')
const lock = DEFINE_MUTEX('lock')
function submit(id: number): number {
  const p = kmem_cache_alloc(req_cache!, GFP_KERNEL)
  if (!p) return -ENOMEM
  const req = p.as(Req)
  req.id = id
  req.when = 1n
  mutex_lock(lock)
  list_add_tail(req.node, pending)
  mutex_unlock(lock)
  return 0
}
function reap(): void {
  mutex_lock(lock)
  list_for_each_entry_safe(pending, Req, 'node', (req) => {
    list_del(req.node)
    pr_info(`req ${req.id}`)
    kmem_cache_free(req_cache!, req.ptr)
  })
  mutex_unlock(lock)
}
module_init(() => {
  req_cache = kmem_cache_create('lab_req', sizeof(Req), 0, SLAB_HWCACHE_ALIGN, null)
  if (!req_cache) return -ENOMEM
  for (let i = 0; i < 5; i++) {
    const err = submit(i)
    if (err) break
  }
  return 0
})
module_exit(() => {
  reap()
  if (!list_empty(pending)) pr_info('left')
  kmem_cache_destroy(req_cache!)
})
