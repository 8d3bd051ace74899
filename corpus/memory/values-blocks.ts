// @machine memory=64M debug=off
// @expect none
//
// Folios, blocks, zones, krealloc(), bytes, counters and trylocks, one value a line.
import * as k from 'linux'
const t = (what: string, got: unknown, want: unknown) => {
  if (String(got) !== String(want)) k.pr_info(`${what}: ${got}, not ${want}`)
  k.WARN_ON(String(got) !== String(want))
}
{
  const f = k.folio_alloc(k.GFP_KERNEL, 0)!
  t(
    'f0',
    [k.folio_nr_pages(f), k.folio_order(f), k.folio_ref_count(f), k.folio_test_large(f), k.folio_size(f)].join(),
    '1,0,1,false,4096',
  )
  k.folio_get(f)
  k.folio_put(f)
  t('ref', k.folio_ref_count(f), 1)
  t('try', k.folio_try_get(f), true)
  k.folio_put(f)
  k.folio_put(f)
}
{
  const f = k.folio_alloc(k.GFP_KERNEL, 1)!
  t(
    'f1',
    [k.folio_nr_pages(f), k.folio_test_large(f), k.PageHead(k.folio_page(f, 0)), k.PageTail(k.folio_page(f, 1))].join(),
    '2,true,1,1',
  )
  t('idx', k.folio_page_idx(f, k.folio_page(f, 1)), 1)
  t('page_folio', k.page_folio(k.folio_page(f, 1)) === f, true)
  k.folio_put(f)
}
{
  const f = k.folio_alloc(k.GFP_KERNEL, 9)!
  t('f9', [k.folio_nr_pages(f), k.page_to_pfn(k.folio_page(f, 0)) % 512].join(), '512,0')
  k.__free_pages(k.folio_page(f, 0), 9)
}
{
  const p = k.alloc_pages(k.GFP_KERNEL | k.__GFP_COMP, 0)!
  t('comp0', [k.PageCompound(p), k.compound_order(p)].join(), '0,0')
  k.__free_page(p)
}
{
  const a = k.get_zeroed_page(k.GFP_KERNEL)!
  t('zeroed', [a.read_u64(0), a.read_u64(4088)].join(), '0,0')
  k.free_page(a)
}
{
  const a = k.__get_free_pages(k.GFP_KERNEL, 3)!
  t(
    'gfp3',
    [
      Number(a.addr % 32768n),
      k.page_ref_count(k.virt_to_page(a)),
      k.page_ref_count(k.virt_to_page(a.add(4096))),
    ].join(),
    '0,1,0',
  )
  k.free_pages(a, 3)
}
k.free_pages(null, 0)
t(
  'try_get free',
  (() => {
    const p = k.alloc_page(k.GFP_KERNEL)!
    k.__free_page(p)
    return k.try_get_page(p)
  })(),
  false,
)
t(
  'gpuz free',
  (() => {
    const p = k.alloc_page(k.GFP_KERNEL)!
    k.__free_page(p)
    return k.get_page_unless_zero(p)
  })(),
  false,
)
{
  const big = k.alloc_pages(k.GFP_KERNEL, 10)!
  t('o10', k.page_to_pfn(big) % 1024, 0)
  k.__free_pages(big, 10)
  t('buddy', k.PageBuddy(big), 1)
}
{
  // merge
  const p = k.alloc_pages(k.GFP_KERNEL, 4)!
  k.split_page(p, 4)
  for (let i = 0; i < 16; i++) k.__free_page(k.nth_page(p, i))
  k.drain_all_pages()
  t('merged', k.PageBuddy(k.nth_page(p, 1)), 0)
}
{
  const d = k.alloc_page(k.GFP_DMA)!
  t('dma', [k.page_zone_name(d), k.page_to_pfn(d) < 4096].join(), 'DMA,true')
  k.__free_page(d)
}
{
  const d = k.alloc_page(k.GFP_DMA32 | k.GFP_KERNEL)!
  t('dma32', k.page_zone_name(d), 'DMA32')
  k.__free_page(d)
}
{
  const p = k.alloc_page(k.GFP_KERNEL | k.__GFP_ZERO)!
  k.memcpy_to_page(p, 10, k.page_address(p)!, 4)
  k.__free_page(p)
}
{
  const s = k.kmalloc(64, k.GFP_KERNEL)!
  k.memset(s, 0xab, 64)
  t('memset', s.read_u32(60), 0xabababab)
  const u = k.kzalloc(64, k.GFP_KERNEL)!
  k.memcpy(u, s, 32)
  t('memcmp', [k.memcmp(u, s, 32), k.memcmp(u, s, 33) < 0].join(), '0,true')
  s.write_u64(0, 0xffffffffffffffffn)
  t('u64', s.read_u64(0), 0xffffffffffffffffn)
  s.write_u16(2, 0x1234)
  t('le', [s.read_u8(2), s.read_u8(3)].join(), '52,18')
  k.kfree(s)
  k.kfree(u)
}
{
  const s = k.krealloc(k.kmalloc(40, k.GFP_KERNEL)!, 64, k.GFP_KERNEL)!
  t('kr64', k.ksize(s), 64)
  s.write_u8(40, 9)
  const b = k.krealloc(s, 5000, k.GFP_KERNEL)!
  t('kr copy', [b.read_u8(40), k.ksize(b)].join(), '9,8192')
  const L = k.krealloc(b, 9000, k.GFP_KERNEL)!
  t('kr large', [L.read_u8(40), k.ksize(L)].join(), '9,16384')
  k.kfree(L)
}
{
  const r = k.refcount_t(5)
  t('r', [k.refcount_read(r), k.refcount_dec_and_test(r), k.refcount_inc_not_zero(r)].join(), '5,false,true')
}
{
  const c = k.shared(1)
  t('cell', [k.READ_ONCE(c), (k.WRITE_ONCE(c, 4), k.READ_ONCE(c))].join(), '1,4')
}
{
  const l = new k.mutex()
  k.mutex_init(l)
  t('trylock', [k.mutex_trylock(l), k.mutex_trylock(l)].join(), '1,0')
  k.mutex_unlock(l)
  const sl = new k.spinlock_t()
  k.spin_lock_init(sl)
  t('spin_trylock', k.spin_trylock(sl), 1)
  k.spin_unlock(sl)
  const rw = new k.rw_semaphore()
  k.init_rwsem(rw)
  t('rw', [k.down_read_trylock(rw), k.down_read_trylock(rw)].join(), '1,1')
  k.up_read(rw)
  k.up_read(rw)
}
