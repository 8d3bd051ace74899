// @machine memory=64M debug=off
// @expect none
//
// krealloc() in place and elsewhere, sizes of kmalloc and of caches, exact and bulk allocations, vmalloc, atomics.
import * as k from 'linux'
import { is } from './is.ts'
{
  const p = k.kmalloc(64, k.GFP_KERNEL)!
  k.memset(p, 0xff, 64)
  const q = k.krealloc(p, 32, k.GFP_KERNEL | k.__GFP_ZERO)!
  is('smaller, in place', q.eq(p), true)
  is('what it keeps', q.read_u8(31), 0xff)
  const r = k.krealloc(q, 64, k.GFP_KERNEL | k.__GFP_ZERO)!
  is('larger, in place', r.eq(p), true)
  is('what lay behind the new size was zeroed', `${r.read_u8(32)} ${r.read_u8(63)}`, '0 0')
  k.memset(r, 0xee, 64)
  const t = k.krealloc(k.krealloc(r, 8, k.GFP_KERNEL)!, 64, k.GFP_KERNEL)!
  is('not without the flag', t.read_u8(40), 0xee)
  const u = k.krealloc(t, 100, k.GFP_KERNEL | k.__GFP_ZERO)!
  is('elsewhere, all of the old object is copied', `${u.read_u8(63).toString(16)} ${u.read_u8(64)}`, 'ee 0')
  is('freed', k.krealloc(u, 0, k.GFP_KERNEL)!.addr, 16n)
  const z = k.krealloc(k.kmalloc(0, k.GFP_KERNEL), 20, k.GFP_KERNEL)!
  is('zero size grows', k.ksize(z), 32)
  k.kfree(z)
}
for (const [size, want] of [
  [1, 8],
  [8, 8],
  [9, 16],
  [33, 64],
  [65, 96],
  [97, 128],
  [129, 192],
  [193, 256],
  [257, 512],
  [1025, 2048],
  [4097, 8192],
  [8193, 16384],
  [16385, 32768],
  [40000, 65536],
] as const) {
  const p = k.kmalloc(size, k.GFP_KERNEL)!
  is(`ksize ${size}`, k.ksize(p), want)
  k.kfree(p)
}
{
  const p = k.kmalloc(20000, k.GFP_KERNEL)!
  const page = k.virt_to_page(p)
  is(
    'large kmalloc',
    [
      k.PageSlab(page),
      k.PageCompound(page),
      k.compound_order(page),
      k.page_ref_count(page),
      k.page_count(k.nth_page(page, 3)),
    ].join(),
    '0,1,3,1,1',
  )
  k.kfree(p)
}
for (const [size, align, flags, want] of [
  [20, 0, k.SLAB_HWCACHE_ALIGN, 32],
  [33, 0, k.SLAB_HWCACHE_ALIGN, 64],
  [100, 0, k.SLAB_HWCACHE_ALIGN, 128],
  [200, 0, 0, 200],
  [200, 64, 0, 256],
  [13, 0, 0, 16],
  [24, 16, 0, 32],
  [7, 0, 0, 8],
  [200, 0, k.SLAB_TYPESAFE_BY_RCU, 208],
] as const) {
  const c = k.kmem_cache_create(`c${size}-${align}-${flags}`, size, align, flags | k.SLAB_NO_MERGE, null)!
  const a = k.kmem_cache_alloc(c, k.GFP_KERNEL)!
  const b = k.kmem_cache_alloc(c, k.GFP_KERNEL)!
  is(`stride of ${size} ${align} ${flags}`, Number(b.addr - a.addr), want)
  k.kmem_cache_free(c, a)
  k.kmem_cache_free(c, b)
  k.kmem_cache_destroy(c)
}
{
  const p = k.alloc_pages_exact(3 * 4096, k.GFP_KERNEL)!
  const page = k.virt_to_page(p)
  is('exact', [0, 1, 2].map((i) => k.page_ref_count(k.nth_page(page, i))).join(), '1,1,1')
  is('exact compound', k.PageCompound(page), 0)
  is('the fourth is free', k.page_ref_count(k.nth_page(page, 3)), 0)
  k.free_pages_exact(p, 3 * 4096)
}
{
  const pages: (k.page | null)[] = [null, k.alloc_page(k.GFP_KERNEL), null]
  const kept = pages[1]
  is('bulk', k.alloc_pages_bulk_array(k.GFP_KERNEL, 3, pages), 3)
  is('bulk keeps', pages[1] === kept, true)
  for (const p of pages) k.__free_page(p!)
}
{
  const f = k.folio_alloc(k.GFP_KERNEL, 2)!
  const tail = k.folio_page(f, 3)
  k.get_page(tail)
  is('get of a tail', [k.folio_ref_count(f), k.page_ref_count(tail), k.page_count(tail)].join(), '2,0,2')
  is(
    'pages',
    [k.folio_nr_pages(f), k.folio_page_idx(f, tail), k.compound_nr(tail), k.page_size(k.folio_page(f, 0))].join(),
    '4,3,1,16384',
  )
  is('maybe pinned', k.folio_maybe_dma_pinned(f), false)
  k.put_page(tail)
  k.folio_put(f)
}
{
  const v = k.vmalloc(3 * 4096 + 1)!
  const pages = [0, 1, 2, 3].map((i) => k.vmalloc_to_page(v.add(i * 4096))!)
  is(
    'vmalloc pages',
    pages.map((p) => `${k.page_ref_count(p)}${k.PageCompound(p)}${k.page_mapcount(p)}`).join(),
    '100,100,100,100',
  )
  is('guard', k.vmalloc_to_page(v.add(4 * 4096)), null)
  is('is_vmalloc_addr', [k.is_vmalloc_addr(v), k.is_vmalloc_addr(k.page_address(pages[0]!)!)].join(), 'true,false')
  const w = k.vmap(pages, 2, k.VM_MAP, k.PAGE_KERNEL)!
  is('vmap', k.page_ref_count(pages[0]!), 1)
  v.write_u32(4096, 77)
  is('same bytes', w.read_u32(4096), 77)
  k.vunmap(w)
  k.vfree(v)
  is('size 0', k.vmalloc(0), null)
}
{
  const one = k.kvmalloc(4096, k.GFP_KERNEL)!
  is('kvmalloc of a page', k.is_vmalloc_addr(one), false)
  k.kvfree(one)
  const big = k.kvmalloc(5 << 20, k.GFP_KERNEL)!
  is('kvmalloc of too much for kmalloc', k.is_vmalloc_addr(big), true)
  k.kvfree(big)
  is('kmalloc of too much', k.kmalloc((4 << 20) + 1, k.GFP_KERNEL | k.__GFP_NOWARN), null)
}
{
  const a = k.atomic_t(5)
  is(
    'atomics',
    [
      k.atomic_fetch_add(2, a),
      k.atomic_inc_return(a),
      k.atomic_dec_return(a),
      k.atomic_xchg(a, 1),
      k.atomic_cmpxchg(a, 2, 9),
      k.atomic_cmpxchg(a, 1, 4),
      k.atomic_read(a),
    ].join(),
    '5,8,7,7,1,1,4',
  )
  k.atomic_set(a, 1)
  is('dec_and_test', k.atomic_dec_and_test(a), true)
}
