// @machine memory=64M debug=off
// @expect none
//
// A constructor is called for every object of a slab when the slab is made, in the order in which they are handed out,
// and not again while the slab lives.
import {
  GFP_KERNEL,
  kmem_cache_alloc,
  kmem_cache_create,
  kmem_cache_destroy,
  kmem_cache_free,
  kmem_cache_shrink,
} from 'linux'
import { rcu_head, SLAB_TYPESAFE_BY_RCU, spin_lock, spin_lock_init, spin_unlock, spinlock_t, struct, u32 } from 'linux'
import type { Ptr } from 'linux'
import { is } from './is.ts'

const seen: bigint[] = []
const cache = kmem_cache_create('thing', 512, 0, 0, (p) => {
  p.write_u32(0, 0x1234)
  p.add(8).write_u32(0, seen.length)
  seen.push(p.addr)
})!
is('none before the first object', seen.length, 0)
const a = kmem_cache_alloc(cache, GFP_KERNEL)!
is('all of a slab', seen.length, 15)
is('the first is handed out first', seen[0] === a.addr, true)
is(
  'in ascending order',
  seen.every((at, i) => at === a.addr + BigInt(520 * i)),
  true,
)
is('what it wrote', `${a.read_u32(0).toString(16)} ${a.read_u32(8)}`, '1234 0')
const rest: Ptr[] = []
for (let i = 1; i < 15; i++) rest.push(kmem_cache_alloc(cache, GFP_KERNEL)!)
is('no more calls for it', seen.length, 15)
is('the last one', rest[13]!.read_u32(8), 14)
rest.push(kmem_cache_alloc(cache, GFP_KERNEL)!)
is('another slab', seen.length, 30)
a.write_u32(0, 0x99)
kmem_cache_free(cache, a)
const again = rest.splice(0)
again.push(kmem_cache_alloc(cache, GFP_KERNEL)!)
is('an object that is used again is as it was left', seen.length, 30)
for (const p of again) kmem_cache_free(cache, p)
kmem_cache_shrink(cache)
const anew = kmem_cache_alloc(cache, GFP_KERNEL)!
is('after the slabs went back', seen.length, 45)
is('initialised anew', anew.read_u32(0), 0x1234)
kmem_cache_free(cache, anew)
kmem_cache_destroy(cache)

const Node = struct('node', { lock: spinlock_t, head: rcu_head, n: u32 })
const nodes = kmem_cache_create('node', Node.size, 0, SLAB_TYPESAFE_BY_RCU, (p) => {
  const node = p.as(Node)
  spin_lock_init(node.lock)
  node.n = 5
})!
const node = kmem_cache_alloc(nodes, GFP_KERNEL)!.as(Node)
spin_lock(node.lock)
is('a field', node.n, 5)
spin_unlock(node.lock)
kmem_cache_free(nodes, node.ptr)
kmem_cache_destroy(nodes)
