// @machine arch=i386-highmem memory=64M highmem=32M
// @expect none
//
// How structs lie in a 32-bit kernel: sizeof() and offsetof() as gcc -m32 gives them for the headers of v6.12 with
// i386_defconfig. A word has 4 bytes, and a u64 in a struct is aligned to 4.
import * as k from 'linux'
import { device, fail_next } from 'sim'
import { is } from './is.ts'

for (const [name, type, size] of [
  ['void *', k.ptr, 4],
  ['unsigned long', k.ulong, 4],
  ['size_t', k.size_t, 4],
  ['u64', k.u64, 8],
  ['int', k.int, 4],
  ['bool', k.bool, 1],
  ['list_head', k.list_head, 8],
  ['rcu_head', k.rcu_head, 8],
  ['spinlock_t', k.spinlock_t, 4],
  ['mutex', k.mutex, 20],
  ['rw_semaphore', k.rw_semaphore, 24],
  ['completion', k.completion, 16],
  ['wait_queue_head_t', k.wait_queue_head_t, 12],
  ['work_struct', k.work_struct, 16],
  ['delayed_work', k.delayed_work, 44],
  ['atomic_t', k.atomic_t, 4],
  ['refcount_t', k.refcount_t, 4],
  ['scatterlist', k.scatterlist, 20],
  ['sg_table', k.sg_table, 12],
] as const)
  is(name, k.sizeof(type as any), size)

const S = k.struct('s', {
  a: k.u8,
  wide: k.u64,
  p: k.ptr,
  b: k.bool,
  list: k.list_head,
  lock: k.mutex,
  c: k.u16,
  n: k.size_t,
  flags: k.ulong,
  work: k.delayed_work,
  end: k.u8,
})
const OFFSETS = { a: 0, wide: 4, p: 12, b: 16, list: 20, lock: 28, c: 48, n: 52, flags: 56, work: 60, end: 104 }
for (const [field, offset] of Object.entries(OFFSETS)) is(field, k.offsetof(S, field as 'a'), offset)
is('padding', k.sizeof(S), 108)
is('alignment', k.sizeof(k.struct('t', { wide: k.u64, n: k.u32 })), 12)

// What is written is 4 bytes, and nothing beside them.
const o = k.kzalloc(k.sizeof(S), k.GFP_KERNEL)!.as(S)
const raw = o.ptr
k.memset(raw, 0xee, 108)
o.p = raw
is('pointer', BigInt(raw.read_u32(12)), raw.addr)
is('before', raw.read_u32(8), 0xeeeeeeee)
is('after', raw.read_u32(16), 0xeeeeeeee)
is('the same pointer', (o.p as k.Ptr).eq(raw), true)
o.flags = 0x1_2345_6789n
is('truncated', o.flags, 0x23456789n)
o.n = 0xffff_fff0
is('size_t', o.n, 0xffff_fff0)
is('work', raw.read_u32(60), 0xeeeeeeee)
is('container_of', k.container_of(o.list as any, S, 'list').ptr.eq(raw), true)
const page = k.alloc_page(k.GFP_HIGHUSER)!
o.p = page
is('struct page', k.page_to_pfn(o.p as k.page), k.page_to_pfn(page))

// Links are words, list_del() writes LIST_POISON1 and 2, which begin at 0 without CONFIG_ILLEGAL_POINTER_VALUE.
const head = k.LIST_HEAD('head')
k.list_add(o.list as any, head as any)
is('next', raw.read_u32(20), raw.read_u32(24))
k.list_del(o.list as any)
is('poison', raw.read_u32(20), 0x100)
is('poison 2', raw.read_u32(24), 0x122)
is('lock', raw.read_u32(28), 0xeeeeeeee)
k.kfree(raw)

// A pointer that leaves vmalloc space through the struct is what it was: addresses above the linear map are no frames.
const area = k.vmalloc(4096)!
const P = k.struct('p', { p: k.ptr })
const q = k.kmalloc(4, k.GFP_KERNEL)!.as(P)
q.p = area
is('vmalloc', BigInt(q.ptr.read_u32(0)), area.addr)
k.memcpy(area, q.ptr, 4)
is('vmalloc_to_page', k.page_to_pfn(k.vmalloc_to_page(area.as(P).p as k.Ptr)!), k.page_to_pfn(k.vmalloc_to_page(area)!))
k.kfree(q.ptr)
k.vfree(area)

// Error pointers and addresses are words too.
const error = k.ERR_PTR(-k.ENOMEM)
is('ERR_PTR', error.addr, 0xffff_fff4n)
is('IS_ERR', k.IS_ERR(error), true)
is('PTR_ERR', k.PTR_ERR(error), -12)
is('no error', k.IS_ERR(k.page_address(k.pfn_to_page(300))), false)
is('text', String(error), '0xfffffff4')

// 204 entries of 20 bytes in a page (SG_MAX_SINGLE_ALLOC): the table of 204 is a page, one of 205 two chunks.
const tables = (n: number) => {
  const table = new k.sg_table()
  is('sg_alloc_table', k.sg_alloc_table(table, n, k.GFP_KERNEL), 0)
  is('orig_nents', table.orig_nents, n)
  k.sg_free_table(table)
}
tables(204)
tables(205)
const dev = device('dev')
const buffer = k.kmalloc(64, k.GFP_KERNEL)!
fail_next('dma_map_single')
const bad = k.dma_map_single(dev, buffer, 64, k.DMA_TO_DEVICE)
is('DMA_MAPPING_ERROR', bad, 0xffff_ffffn)
is('dma_mapping_error', k.dma_mapping_error(dev, bad), -12)
k.kfree(buffer)
k.__free_page(page)
