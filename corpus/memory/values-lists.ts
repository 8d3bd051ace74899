// @machine debug=off
// @expect none
//
// list_lru, lists, shrinkers, constants, callbacks of RCU, devices, constructors and krealloc().
import * as k from 'linux'
import { sim, device } from 'sim'
import { is } from './is.ts'
// list_lru
const lru = {} as any
is('init', k.list_lru_init(lru), 0)
const Item = k.struct('item', { n: k.u32, l: k.list_head })
const items = [1, 2, 3, 4].map(() => k.kzalloc(k.sizeof(Item), k.GFP_KERNEL)!.as(Item))
for (const i of items) k.INIT_LIST_HEAD(i.l as any)
is('add', k.list_lru_add_obj(lru, items[0]!.l as any), true)
is('add2', k.list_lru_add_obj(lru, items[0]!.l as any), false)
is('count', k.list_lru_count(lru), 1)
for (const i of items.slice(1)) k.list_lru_add_obj(lru, i.l as any)
is('count4', k.list_lru_count(lru), 4)
is('del', k.list_lru_del_obj(lru, items[1]!.l as any), true)
is('del2', k.list_lru_del_obj(lru, items[1]!.l as any), false)
is('count3', k.list_lru_count(lru), 3)
let seen = 0
is(
  'walk skip',
  k.list_lru_walk(
    lru,
    () => {
      seen++
      return k.LRU_SKIP
    },
    null,
    2,
  ),
  0,
)
is('seen', seen, 2)
is(
  'walk rem',
  k.list_lru_walk(
    lru,
    (it: any, l: any) => {
      k.list_lru_isolate(l, it)
      return k.LRU_REMOVED
    },
    null,
    2,
  ),
  2,
)
is('count1', k.list_lru_count(lru), 1)
is(
  'walk rot',
  k.list_lru_walk(lru, () => k.LRU_ROTATE, null, 5),
  0,
)
is(
  'rest',
  k.list_lru_walk(
    lru,
    (it: any, l: any) => {
      k.list_lru_isolate(l, it)
      return k.LRU_REMOVED
    },
    null,
    100,
  ),
  1,
)
k.list_lru_destroy(lru)
// lists
const head = k.LIST_HEAD('h')
is('empty', k.list_empty(head), true)
for (const i of items) k.list_add_tail(i.l as any, head)
is('count nodes', k.list_count_nodes(head), 4)
is('sing', k.list_is_singular(head), false)
is('first', k.list_is_first(items[0]!.l as any, head), true)
is('last', k.list_is_last(items[3]!.l as any, head), true)
k.list_move(items[3]!.l as any, head)
is('moved', k.list_is_first(items[3]!.l as any, head), true)
k.list_del_init(items[0]!.l as any)
is('del init', k.list_empty(items[0]!.l as any), true)
const other = k.LIST_HEAD('o')
k.list_splice_init(head, other)
is('spl', k.list_empty(head), true)
is('spl n', k.list_count_nodes(other), 3)
is('first or null', k.list_first_entry_or_null(head, Item, 'l'), null)
for (const i of items) k.kfree(i.ptr)
// shrinker
const sh = k.shrinker_alloc(0, 'x')!
is('seeks', sh.seeks, 2)
is('batch', sh.batch, 0)
sh.count_objects = () => k.SHRINK_EMPTY
sh.scan_objects = () => 0
k.shrinker_register(sh)
is('reclaim', sim.reclaim(), 0)
k.shrinker_free(sh)
is('STOP', k.SHRINK_STOP, -1)
is('EMPTY', k.SHRINK_EMPTY, -2)
// constants
is('FOLL_WRITE', k.FOLL_WRITE, 1)
is('FOLL_GET', k.FOLL_GET, 2)
is('FOLL_FORCE', (k as any).FOLL_FORCE, 8)
is('FOLL_LONGTERM', k.FOLL_LONGTERM, 0x100)
is('VM_READ', k.VM_READ, 1)
is('VM_SHARED', k.VM_SHARED, 8)
is('VM_IO', k.VM_IO, 0x4000)
is('VM_PFNMAP', k.VM_PFNMAP, 0x400)
is('VM_MIXEDMAP', k.VM_MIXEDMAP, 0x10000000)
is('VM_DONTCOPY', k.VM_DONTCOPY, 0x20000)
is('VM_DONTEXPAND', k.VM_DONTEXPAND, 0x40000)
is('VM_DONTDUMP', k.VM_DONTDUMP, 0x4000000)
is('VM_MAYWRITE', k.VM_MAYWRITE, 0x20)
is('VM_EXEC', k.VM_EXEC, 4)
is('NOPAGE', k.VM_FAULT_NOPAGE, 0x100)
is('SIGBUS', k.VM_FAULT_SIGBUS, 2)
is('OOM', k.VM_FAULT_OOM, 1)
is('VM_MAP', k.VM_MAP, 4)
is('VM_MAP_PUT', k.VM_MAP_PUT_PAGES, 0x200)
is('DMA dirs', [k.DMA_BIDIRECTIONAL, k.DMA_TO_DEVICE, k.DMA_FROM_DEVICE].join(), '0,1,2')
is('SLAB', [k.SLAB_HWCACHE_ALIGN, k.SLAB_TYPESAFE_BY_RCU].map((n) => typeof n).join(), 'number,number')
is('IRQ', [k.IRQ_HANDLED, k.IRQ_NONE].join(), '1,0')
is('LRU', [k.LRU_REMOVED, k.LRU_REMOVED_RETRY, k.LRU_ROTATE, k.LRU_SKIP].join(), '0,1,2,3')
is(
  'GFP',
  [k.GFP_KERNEL, k.GFP_ATOMIC, k.GFP_NOWAIT, k.GFP_NOIO, k.GFP_NOFS, k.GFP_USER, k.GFP_HIGHUSER, k.GFP_HIGHUSER_MOVABLE]
    .map((x) => x.toString(16))
    .join(),
  'cc0,820,2800,c00,c40,100cc0,100cc2,100cca',
)
is('PAGE_MASK', BigInt.asUintN(64, BigInt(k.PAGE_MASK)), 0xfffffffffffff000n)
// rcu
let cb = 0
const o = k.kzalloc(64, k.GFP_KERNEL)!
const R = k.struct('r', { head: k.rcu_head, n: k.u32 })
const r = k.kzalloc(k.sizeof(R), k.GFP_KERNEL)!.as(R)
k.call_rcu(r.head as any, (h: any) => {
  cb++
  k.kfree(k.container_of(h, R, 'head').ptr)
})
is('cb not yet', cb, 0)
k.rcu_barrier()
is('cb', cb, 1)
k.kfree_rcu(o)
k.kvfree_rcu_barrier()
k.rcu_read_lock()
k.rcu_read_lock()
k.rcu_read_unlock()
k.rcu_read_unlock()
k.synchronize_rcu()
const cell = k.shared<any>(null)
is('rd', k.rcu_dereference(cell), null)
k.rcu_assign_pointer(cell, 5)
is('rd5', k.rcu_access_pointer(cell), 5)
// vm_map: wrong-order free and pcp
const p = k.alloc_pages(k.GFP_KERNEL, 2)!
k.get_page(p)
k.__free_pages(p, 2)
is('left', k.page_ref_count(p), 1)
is('tail free', k.page_ref_count(k.nth_page(p, 1)), 0)
k.put_page(p)
is('gone', k.page_ref_count(p), 0)
// device
const d = device('d')
const buf = k.kzalloc(64, k.GFP_KERNEL)!
const h = k.dma_map_single(d, buf, 64, k.DMA_BIDIRECTIONAL)
k.dma_mapping_error(d, h)
d.dma_write(h, [1, 2, 3])
k.dma_sync_single_for_cpu(d, h, 64, k.DMA_BIDIRECTIONAL)
is('dw', buf.read_u8(2), 3)
k.dma_sync_single_for_device(d, h, 64, k.DMA_BIDIRECTIONAL)
is('dr', d.dma_read(h, 3)[1], 2)
k.dma_unmap_single(d, h, 64, k.DMA_BIDIRECTIONAL)
k.kfree(buf)
// kmem_cache sizes
const K = k.kmem_cache_create('ctor', 24, 0, 0, (q) => q.write_u32(0, 77))!
const q = k.kmem_cache_alloc(K, k.GFP_KERNEL)!
is('ctor', q.read_u32(0), 77)
q.write_u32(0, 1)
k.kmem_cache_free(K, q)
const q2 = k.kmem_cache_alloc(K, k.GFP_KERNEL)!
is('same obj', q2.eq(q), true)
is('no ctor again', q2.read_u32(0), 1)
k.kmem_cache_free(K, q2)
k.kmem_cache_destroy(K)
const kr = k.kmalloc(40, k.GFP_KERNEL)!
kr.write_u8(39, 9)
const kr2 = k.krealloc(kr, 64, k.GFP_KERNEL)!
is('in place', kr2.eq(kr), true)
const kr3 = k.krealloc(kr2, 65, k.GFP_KERNEL)!
is('moved', kr3.eq(kr2), false)
is('copied', kr3.read_u8(39), 9)
const kr4 = k.krealloc(kr3, 10, k.GFP_KERNEL)!
is('shrunk in place', kr4.eq(kr3), true)
k.kfree(kr4)
