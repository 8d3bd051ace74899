// @machine debug=off memory=64M
// @expect none
//
// Compound pages and their flags, sizes of slab objects, areas, addresses, bulk allocation.
import * as k from 'linux'
import { is } from './is.ts'
const P = 4096
is('vmalloc', k.is_vmalloc_addr(null), false)
const v = k.vmalloc(3 * P + 1)!
is('va', k.is_vmalloc_addr(v), true)
is('valign', v.addr % 4096n, 0n)
is('vref', k.page_ref_count(k.vmalloc_to_page(v)!), 1)
is('vmap', k.page_mapcount(k.vmalloc_to_page(v)!), 0)
is('guard', k.vmalloc_to_page(v.add(4 * P)), null)
is('v3', k.vmalloc_to_page(v.add(3 * P)) !== null, true)
is('vpfn', k.vmalloc_to_pfn(v.add(P)), k.page_to_pfn(k.vmalloc_to_page(v.add(P))!))
is('vav', k.virt_addr_valid(v), false)
const a = k.kmalloc(64, k.GFP_KERNEL)!
is('kva', k.is_vmalloc_addr(a), false)
is('kav', k.virt_addr_valid(a), true)
is('nav', k.virt_addr_valid(null), false)
k.vfree(v)
const h = k.alloc_pages(k.GFP_KERNEL | k.__GFP_COMP, 2)!,
  t = k.nth_page(h, 1)
is('psize', k.page_size(h), 4 * P)
is('tsize', k.page_size(t), P)
is('corder t', k.compound_order(t), 0)
is('cnr t', k.compound_nr(t), 1)
is('cnr', k.compound_nr(h), 4)
is('forder', k.folio_order(k.page_folio(t)), 2)
is('PC t', k.PageCompound(t), 1)
is('PH t', k.PageHead(t), 0)
is('PT t', k.PageTail(t), 1)
is('head', k.compound_head(t) === h, true)
is('idx', k.folio_page_idx(k.page_folio(h), k.nth_page(h, 3)), 3)
is('fp', k.folio_page(k.page_folio(h), 2) === k.nth_page(h, 2), true)
is('pc t', k.page_count(t), 1)
is('prc t', k.page_ref_count(t), 0)
is('tgp', k.try_get_page(t), true)
is('rc', k.page_ref_count(h), 2)
k.put_page(t)
is('rc1', k.page_ref_count(h), 1)
is('fsz', k.folio_size(k.page_folio(t)), 4 * P)
is('fnr', k.folio_nr_pages(k.page_folio(t)), 4)
is('large', k.folio_test_large(k.page_folio(t)), true)
is('fref', k.folio_ref_count(k.page_folio(t)), 1)
is('paddr t', k.page_address(t)!.addr, k.page_address(h)!.addr + 4096n)
is('faddr', k.folio_address(k.page_folio(t)).addr, k.page_address(h)!.addr)
k.set_page_private(t, 7)
is('priv t', k.page_private(t), 7)
is('priv h', k.page_private(h), 0)
k.set_page_private(t, 0)
// flag policies
k.SetPageDirty(t)
is('dirty h', k.PageDirty(h), 1)
is('dirty t', k.PageDirty(t), 1)
k.ClearPageDirty(h)
k.SetPageReferenced(t)
is('ref h', k.PageReferenced(h), 1)
k.ClearPageReferenced(t)
is('ref c', k.PageReferenced(h), 0)
k.SetPagePrivate(t)
is('PP h', k.PagePrivate(h), 0)
is('PP t', k.PagePrivate(t), 1)
k.ClearPagePrivate(t)
k.SetPageHWPoison(t)
is('hwp h', k.PageHWPoison(h), 0)
is('hwp t', k.PageHWPoison(t), 1)
k.ClearPageHWPoison(t)
k.SetPageUptodate(h)
is('upt t', k.PageUptodate(t), 1)
k.ClearPageUptodate(h)
k.SetPageLRU(t)
is('lru h', k.PageLRU(h), 1)
is('flru', k.folio_test_lru(k.page_folio(t)), true)
k.ClearPageLRU(t)
k.SetPageActive(t)
is('act h', k.PageActive(h), 1)
k.ClearPageActive(h)
k.SetPageWorkingset(t)
is('ws h', k.PageWorkingset(h), 1)
k.ClearPageWorkingset(h)
is('trylock t', k.trylock_page(t), true)
is('locked h', k.PageLocked(h), 1)
is('locked t', k.PageLocked(t), 1)
is('trylock2', k.trylock_page(h), false)
k.unlock_page(t)
is('unl', k.PageLocked(h), 0)
k.folio_set_dirty(k.page_folio(t))
is('fsd', k.PageDirty(h), 1)
k.folio_clear_dirty(k.page_folio(h))
k.SetPageMappedToDisk(h)
is('mtd', k.PageMappedToDisk(t), 1)
k.ClearPageMappedToDisk(h)
k.SetPageReclaim(h)
is('reclaim t', k.PageReclaim(t), 1)
is('readahead', k.folio_test_readahead(k.page_folio(h)), true)
k.ClearPageReclaim(h)
k.folio_mark_uptodate(k.page_folio(h))
is('fmu', k.PageUptodate(h), 1)
k.ClearPageUptodate(h)
is('anon', k.PageAnon(h), 0)
is('table', k.PageTable(h), 0)
is('wb', k.PageWriteback(h), 0)
k.__free_pages(h, 2)
is('order11', k.alloc_pages(k.GFP_KERNEL | k.__GFP_NOWARN, 11), null)
const ex = k.alloc_pages_exact(3 * P, k.GFP_KERNEL)!
is('ex2', k.page_ref_count(k.virt_to_page(ex.add(2 * P))), 1)
is('ex3', k.page_ref_count(k.virt_to_page(ex.add(3 * P))), 0)
is('exc', k.PageCompound(k.virt_to_page(ex)), 0)
k.free_pages_exact(ex, 3 * P)
const z = k.get_zeroed_page(k.GFP_KERNEL)!
is('z', z.read_u64(4088), 0n)
k.free_page(z)
const f0 = k.folio_alloc(k.GFP_KERNEL, 0)!
is('f0', k.folio_test_large(f0), false)
is('f0o', k.folio_order(f0), 0)
k.folio_put(f0)
const f1 = k.folio_alloc(k.GFP_KERNEL, 1)!
is('f1', k.folio_test_large(f1), true)
is('f1n', k.folio_nr_pages(f1), 2)
is('f1m', k.folio_mapcount(f1), 0)
is('ftg', k.folio_try_get(f1), true)
k.folio_put(f1)
k.folio_put(f1)
is('slab', k.PageSlab(k.virt_to_page(a)), 1)
is('fslab', k.folio_test_slab(k.page_folio(k.virt_to_page(a))), true)
is('mapcount slab', k.page_mapcount(k.virt_to_page(a)), 0)
const big = k.kmalloc(3 * P + 1, k.GFP_KERNEL)!
is('bigslab', k.PageSlab(k.virt_to_page(big)), 0)
is('bighead', k.PageHead(k.virt_to_page(big)), 1)
is('bigks', k.ksize(big), 4 * P)
k.kfree(big)
is('k0', k.kmalloc(0, k.GFP_KERNEL)!.addr, 16n)
is('kc0', k.kcalloc(0, 8, k.GFP_KERNEL)!.addr, 16n)
is('kv0', k.kvmalloc(0, k.GFP_KERNEL)?.addr, 16n)
is('kr0', k.krealloc(null, 0, k.GFP_KERNEL)!.addr, 16n)
for (const [n, al] of [
  [8, 8],
  [64, 64],
  [96, 32],
  [128, 128],
  [192, 64],
  [256, 256],
  [2048, 2048],
] as const) {
  const p = k.kmalloc(n, k.GFP_KERNEL)!
  is(`align ${n}`, p.addr % BigInt(al), 0n)
  k.kfree(p)
}
for (const [n, s] of [
  [1, 8],
  [9, 16],
  [65, 96],
  [97, 128],
  [129, 192],
  [193, 256],
  [8192, 8192],
  [8193, 16384],
  [16385, 32768],
] as const) {
  const p = k.kmalloc(n, k.GFP_KERNEL)!
  is(`ksize ${n}`, k.ksize(p), s)
  k.kfree(p)
}
const kv = k.kvmalloc(5 * 1024 * 1024, k.GFP_KERNEL)!
is('kvbig', k.is_vmalloc_addr(kv), true)
k.kvfree(kv)
k.kfree(null)
k.kvfree(null)
k.vfree(null)
k.kmem_cache_destroy(null)
k.free_pages(null, 0)
const ch = k.kmem_cache_create('c', 100, 0, 0, null)!
const o = k.kmem_cache_alloc(ch, k.GFP_KERNEL)!
is('cks', k.ksize(o), 104)
is('oalign', o.addr % 8n, 0n)
k.kmem_cache_free(ch, o)
is('shr', k.kmem_cache_shrink(ch), 0)
k.kmem_cache_destroy(ch)
const ch2 = k.kmem_cache_create('d', 100, 64, k.SLAB_HWCACHE_ALIGN, null)!
const o2 = k.kmem_cache_alloc(ch2, k.GFP_KERNEL)!,
  o3 = k.kmem_cache_alloc(ch2, k.GFP_KERNEL)!
is('hw', o3.addr - o2.addr, 128n)
k.kfree(o2)
k.kfree(o3)
k.kmem_cache_destroy(ch2)
const p1 = k.alloc_page(k.GFP_KERNEL)!
is('kmap', k.kmap_local_page(p1).addr, k.page_address(p1)!.addr)
k.kunmap_local(k.page_address(p1)!)
const vm = k.vmap([p1, p1], 2, k.VM_MAP, k.PAGE_KERNEL)!
vm.write_u32(0, 0x1234)
is('alias', vm.read_u32(P), 0x1234)
is('vtp', k.vmalloc_to_page(vm.add(P)) === p1, true)
is('vmref', k.page_ref_count(p1), 1)
k.vunmap(vm)
is('vmap0', k.vmap([], 0, k.VM_MAP, k.PAGE_KERNEL), null)
is('phys', k.page_to_phys(p1), BigInt(k.page_to_pfn(p1)) << 12n)
is('p2v', k.phys_to_virt(k.page_to_phys(p1)).addr, k.page_address(p1)!.addr)
is('pfn', k.pfn_to_page(k.page_to_pfn(p1)) === p1, true)
is('v2p', k.virt_to_phys(k.page_address(p1)!.add(5)), k.page_to_phys(p1) + 5n)
is('zone', k.page_zone_name(p1), 'DMA32')
const pd = k.alloc_page(k.GFP_KERNEL | k.__GFP_DMA)!
is('zd', k.page_zone_name(pd), 'DMA')
k.__free_page(pd)
is('hm', k.PageHighMem(p1), 0)
is('res', k.PageReserved(p1), 0)
k.get_page(p1)
is('pc2', k.page_count(p1), 2)
k.put_page(p1)
k.page_ref_inc(p1)
k.page_ref_dec(p1)
is('gup0', k.get_page_unless_zero(p1), true)
k.put_page(p1)
k.__free_page(p1)
is('bulk', k.alloc_pages_bulk_array(k.GFP_KERNEL, 0, []), 0)
const arr: any[] = [null, null, null]
is('bulk3', k.alloc_pages_bulk_array(k.GFP_KERNEL, 3, arr), 3)
const keep = arr[1]
k.__free_page(arr[0])
k.__free_page(arr[2])
arr[0] = null
arr[2] = null
is('bulk again', k.alloc_pages_bulk_array(k.GFP_KERNEL, 3, arr), 3)
is('kept', arr[1] === keep, true)
for (const p of arr) k.__free_page(p)
is('vz', k.vzalloc(0), null)
const ms = k.kmalloc(32, k.GFP_KERNEL)!
k.memset(ms, 0x1ff, 32)
is('memset byte', ms.read_u8(31), 0xff)
ms.write_u8(3, 1)
is('memcmp', Math.sign(k.memcmp(ms, ms.add(8), 8)), -1)
is('memcmp0', k.memcmp(ms, ms, 32), 0)
k.kfree(ms)
k.kfree(a)
