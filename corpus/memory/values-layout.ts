// @machine debug=off memory=64M
// @expect none
//
// Geometry of caches, blocks, folios, krealloc(), vmap() and layouts of structs, one value a line.
import * as k from 'linux'
import { is } from './is.ts'
const P = 4096
// kmem_cache_create flags and geometry
const geo = (size: number, align: number, flags: number) => {
  const c = k.kmem_cache_create('g' + size + '_' + flags, size, align, flags, null)!
  const a = k.kmem_cache_alloc(c, k.GFP_KERNEL)!,
    b = k.kmem_cache_alloc(c, k.GFP_KERNEL)!
  const out = `${Number(b.addr - a.addr)} ${k.compound_order(k.virt_to_head_page(a))} ${k.ksize(a)}`
  k.kmem_cache_free(c, a)
  k.kmem_cache_free(c, b)
  k.kmem_cache_destroy(c)
  return out
}
is('100', geo(100, 0, 0), '104 0 104')
is('1', geo(1, 0, 0), '8 0 8')
is('64 hw', geo(60, 0, k.SLAB_HWCACHE_ALIGN), '64 0 64')
is('30 hw', geo(30, 0, k.SLAB_HWCACHE_ALIGN), '32 0 32')
is('700', geo(700, 0, 0), '704 1 704')
is('3000', geo(3000, 0, 0), '3000 3 3000')
is('align 256', geo(100, 256, 0), '256 0 256')
is('typesafe', geo(100, 0, k.SLAB_TYPESAFE_BY_RCU), '112 0 104')
is('poison', geo(100, 0, k.SLAB_POISON), '112 0 100')
is('redzone', geo(100, 0, k.SLAB_RED_ZONE), '120 0 100')
is('page', geo(4096, 0, 0), '4096 3 4096')
// order fallbacks and block alignment
for (let o = 0; o <= 10; o++) {
  const p = k.alloc_pages(k.GFP_KERNEL, o)!
  is(`align ${o}`, k.page_to_pfn(p) % (1 << o), 0)
  k.__free_pages(p, o)
}
// refs through phys
const c = k.alloc_pages(k.GFP_KERNEL | k.__GFP_COMP, 3)!
const f = k.page_folio(c)
k.folio_get(f)
is('fref', k.folio_ref_count(f), 2)
k.folio_put(f)
for (let i = 0; i < 8; i++) is(`head ${i}`, k.compound_head(k.nth_page(c, i)) === c, true)
is('virt_to_page mid', k.virt_to_page(k.page_address(c)!.add(3 * P + 5)) === k.nth_page(c, 3), true)
is('virt_to_head', k.virt_to_head_page(k.page_address(c)!.add(3 * P + 5)) === c, true)
is('phys_to_page', k.phys_to_page(k.page_to_phys(c) + 4097n) === k.nth_page(c, 1), true)
k.__free_pages(c, 3)
is('free count', k.page_ref_count(c), 0)
// krealloc with zero
const z = k.kmalloc(32, k.GFP_KERNEL)!
k.memset(z, 0xff, 32)
const z2 = k.krealloc(z, 100, k.GFP_KERNEL | k.__GFP_ZERO)!
is('old', z2.read_u8(31), 0xff)
is('new', z2.read_u8(99), 0)
k.kfree(z2)
const s = k.kzalloc(48, k.GFP_KERNEL)!
is('kz', s.read_u8(63 - 16), 0)
k.kfree_sensitive(s)
// vmap of part
const ps = [0, 1, 2].map(() => k.alloc_page(k.GFP_KERNEL)!)
const m = k.vmap(ps, 2, k.VM_MAP | k.VM_MAP_PUT_PAGES, k.PAGE_KERNEL)!
is('ref', k.page_ref_count(ps[0]!), 1)
k.vfree(m)
is('put', k.page_ref_count(ps[0]!), 0)
is('third', k.page_ref_count(ps[2]!), 1)
k.__free_page(ps[2]!)
// struct views
const S = k.struct('s', { a: k.u32, b: k.u16, l: k.list_head, r: k.refcount_t, lock: k.spinlock_t, p: k.ptr })
is('S', k.sizeof(S), 40)
is('l', k.offsetof(S, 'l'), 8)
is('r', k.offsetof(S, 'r'), 24)
is('lk', k.offsetof(S, 'lock'), 28)
is('p', k.offsetof(S, 'p'), 32)
const o = k.kzalloc(k.sizeof(S), k.GFP_KERNEL)!.as(S)
o.a = 0x1_2345_6789
is('trunc', o.a, 0x23456789)
o.b = -1
is('u16', o.b, 0xffff)
is('co', k.container_of(o.l as any, S, 'l').ptr.eq(o.ptr), true)
k.kfree(o.ptr)
// page private / mapping
const q = k.alloc_page(k.GFP_KERNEL)!
k.SetPageReserved(q)
is('res', k.PageReserved(q), 1)
k.ClearPageReserved(q)
k.set_page_private(q, 5)
is('pp', k.page_private(q), 5)
k.set_page_private(q, 0)
is('anon', k.PageAnon(q), 0)
is('mapped', k.page_mapped(q), 0)
k.__free_page(q)
is('buddy or pcp', k.PageBuddy(q), 0)
const big = k.alloc_pages(k.GFP_KERNEL, 5)!
k.__free_pages(big, 5)
is('ZERO', k.PageReserved(k.ZERO_PAGE(0n)), 1)
