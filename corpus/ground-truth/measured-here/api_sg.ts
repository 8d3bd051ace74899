// Case api_sg: scatterlists: tables of many sizes and how they are chained, merging of neighbours, copies, iteration.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
// Kernel: here-plain: many calls that the kernel refuses and warns about; their values are compared
import {
  GFP_KERNEL,
  __free_page,
  alloc_page,
  alloc_pages,
  for_each_sg,
  for_each_sgtable_dma_sg,
  for_each_sgtable_sg,
  kfree,
  kmalloc,
  kzalloc,
  nth_page,
  page_address,
  page_ref_count,
  page_to_pfn,
  scatterlist,
  sg_alloc_table,
  sg_alloc_table_from_pages,
  sg_alloc_table_from_pages_segment,
  sg_copy_from_buffer,
  sg_copy_to_buffer,
  sg_dma_address,
  sg_dma_len,
  sg_free_table,
  sg_init_one,
  sg_init_table,
  sg_nents,
  sg_next,
  sg_page,
  sg_set_buf,
  sg_set_page,
  sg_table,
  sg_virt,
  split_page,
  virt_to_page,
} from 'linux'
import type { Ptr, page } from 'linux'
import { byte, isNull, offsetInPage, plus, same, say, setByte } from './values.ts'

// sg basic
{
  let p: page
  let a: Ptr
  const sgl = [new scatterlist(), new scatterlist(), new scatterlist(), new scatterlist()]
  sg_init_table(sgl, 4)
  p = alloc_page(GFP_KERNEL)!
  a = kmalloc(100, GFP_KERNEL)!
  const SGI = (i: number) => sgl[i]!
  say(101, sg_nents(SGI(0)), 'nents')
  sg_set_page(SGI(0), p, 100, 5)
  sg_set_buf(SGI(1), a, 100)
  sg_set_page(SGI(2), p, 4096, 0)
  sg_set_page(SGI(3), p, 8192, 4096)
  say(102, same(sg_page(SGI(0)), p), 'page0')
  say(103, SGI(0).length, 'len0')
  say(104, SGI(0).offset, 'off0')
  say(105, same(sg_page(SGI(1)), virt_to_page(a)), 'page1')
  say(106, SGI(1).offset == offsetInPage(a), 'off1')
  say(107, same(sg_virt(SGI(1)), a), 'virt1')
  say(108, same(sg_virt(SGI(0)), plus(page_address(p)!, 5)), 'virt0')
  say(109, same(sg_next(SGI(0)), SGI(1)), 'next0')
  say(110, isNull(sg_next(SGI(3))), 'next3')
  say(111, page_ref_count(p), 'ref')
  say(112, sg_dma_address(SGI(0)), 'dma0')
  say(113, sg_dma_len(SGI(0)), 'dmalen0')
  say(114, Number(BigInt(SGI(3).page_link) & 3n), 'link3')
  say(115, Number(BigInt(SGI(0).page_link) & 3n), 'link0')
  sg_init_table(sgl, 2)
  say(116, sg_nents(SGI(0)), 'nents2')
  say(117, SGI(0).length, 'len0')
  say(118, isNull(sg_page(SGI(0))), 'page0')
  say(119, isNull(sg_next(SGI(1))), 'next1')
  sg_init_table(sgl, 1)
  say(120, sg_nents(SGI(0)), 'nents1')
  kfree(a)
  __free_page(p)
}

// sg one
{
  let a: Ptr
  const one = new scatterlist()
  a = kmalloc(300, GFP_KERNEL)!
  sg_init_one(one, a, 300)
  say(201, sg_nents(one), 'nents')
  say(202, one.length, 'len')
  say(203, one.offset == offsetInPage(a), 'off')
  say(204, same(sg_virt(one), a), 'virt')
  say(205, isNull(sg_next(one)), 'next')
  kfree(a)
}

// sg table sizes
{
  let i = 0
  let n = 0
  let r = 0
  let k = 0
  let s: any
  const t = new sg_table()
  const ns = [1, 2, 10, 127, 128, 129, 254, 255, 256, 257, 383, 500, 1000]
  n = ns.length
  for (i = 0; i < n; i++) {
    r = sg_alloc_table(t, ns[i], GFP_KERNEL)
    say(301, r, 'ret(%ld)', ns[i])
    say(302, t.nents, 'nents')
    say(303, t.orig_nents, 'orig')
    say(304, sg_nents(t.sgl!), 'sg_nents')
    k = 0
    for (s = t.sgl; s != null; s = sg_next(s)) k++
    say(305, k, 'walk')
    sg_free_table(t)
    say(306, t.nents, 'nents after')
    say(307, t.orig_nents, 'orig after')
    say(308, isNull(t.sgl), 'sgl after')
  }
}

// sg table zero
{
  let r = 0
  const t = new sg_table()
  r = sg_alloc_table(t, 0, GFP_KERNEL)
  say(401, r, 'ret')
  say(402, t.nents, 'nents')
  say(403, t.orig_nents, 'orig')
  say(404, isNull(t.sgl), 'sgl')
  sg_free_table(t)
}

// sg from pages
{
  let b: page
  const pg: page[] = []
  let i = 0
  let r = 0
  let k = 0
  let s: any
  const t = new sg_table()
  b = alloc_pages(GFP_KERNEL, 4)!
  split_page(b, 4)
  const DUMPT = (tag: string) => {
    say(501, r, tag + ' ret')
    say(502, t.nents, tag + ' nents')
    say(503, t.orig_nents, tag + ' orig')
    k = 0
    if (r === 0) {
      for (s = t.sgl; s; s = sg_next(s)) {
        say(504, page_to_pfn(sg_page(s)) - page_to_pfn(b), tag + ' pfn%ld', k)
        say(505, s.offset, tag + ' off%ld', k)
        say(506, s.length, tag + ' len%ld', k)
        k++
      }
      sg_free_table(t)
    }
  }
  for (i = 0; i < 16; i++) pg[i] = nth_page(b, i)!
  r = sg_alloc_table_from_pages(t, pg, 16, 0, 65536, GFP_KERNEL)
  DUMPT('all')
  r = sg_alloc_table_from_pages(t, pg, 16, 100, 60000, GFP_KERNEL)
  DUMPT('off100')
  r = sg_alloc_table_from_pages(t, pg, 1, 4095, 1, GFP_KERNEL)
  DUMPT('one')
  r = sg_alloc_table_from_pages_segment(t, pg, 16, 0, 65536, 4096, GFP_KERNEL)
  DUMPT('seg4096')
  r = sg_alloc_table_from_pages_segment(t, pg, 16, 0, 65536, 10000, GFP_KERNEL)
  DUMPT('seg10000')
  r = sg_alloc_table_from_pages_segment(t, pg, 16, 300, 65000, 12288, GFP_KERNEL)
  DUMPT('seg12288off300')
  r = sg_alloc_table_from_pages_segment(t, pg, 16, 0, 65536, 65536, GFP_KERNEL)
  DUMPT('seg65536')
  r = sg_alloc_table_from_pages_segment(t, pg, 5, 0, 20480, 8192, GFP_KERNEL)
  DUMPT('seg5')
  r = sg_alloc_table_from_pages_segment(t, pg, 16, 0, 65536, 4095, GFP_KERNEL)
  say(507, r, 'seg4095')
  r = sg_alloc_table_from_pages_segment(t, pg, 16, 0, 65536, 0, GFP_KERNEL)
  say(508, r, 'seg0')
  for (i = 0; i < 16; i++) pg[i] = nth_page(b, (i * 5) % 16)!
  r = sg_alloc_table_from_pages(t, pg, 16, 0, 65536, GFP_KERNEL)
  DUMPT('perm5')
  for (i = 0; i < 16; i++) pg[i] = nth_page(b, i >> 1)!
  r = sg_alloc_table_from_pages(t, pg, 16, 0, 65536, GFP_KERNEL)
  DUMPT('dup')
  for (i = 0; i < 16; i++) pg[i] = nth_page(b, i ^ 2)!
  r = sg_alloc_table_from_pages(t, pg, 16, 8, 65528, GFP_KERNEL)
  DUMPT('xor2')
  r = sg_alloc_table_from_pages(t, pg, 16, 0, 30000, GFP_KERNEL)
  DUMPT('short')
  r = sg_alloc_table_from_pages(t, pg, 16, 5000, 30000, GFP_KERNEL)
  DUMPT('off5000')
  say(509, page_ref_count(b), 'ref')
  for (i = 0; i < 16; i++) __free_page(nth_page(b, i))
}

// sg copy
{
  let a: Ptr
  let b: Ptr
  let c: Ptr
  let d: Ptr
  let e: Ptr
  let i = 0
  let n = 0
  const sgl = [new scatterlist(), new scatterlist(), new scatterlist()]
  a = kzalloc(64, GFP_KERNEL)!
  b = kzalloc(64, GFP_KERNEL)!
  c = kzalloc(64, GFP_KERNEL)!
  d = kmalloc(256, GFP_KERNEL)!
  sg_init_table(sgl, 3)
  const SGI2 = (i: number) => sgl[i]!
  sg_set_buf(SGI2(0), a, 10)
  sg_set_buf(SGI2(1), b, 20)
  sg_set_buf(SGI2(2), c, 30)
  for (i = 0; i < 256; i++) setByte(d, i, i)
  n = sg_copy_from_buffer(sgl, 3, d, 25)
  say(601, n, 'n25')
  say(602, byte(a, 9), 'a9')
  say(603, byte(b, 0), 'b0')
  say(604, byte(b, 14), 'b14')
  say(605, byte(b, 15), 'b15')
  say(606, byte(c, 0), 'c0')
  n = sg_copy_from_buffer(sgl, 3, d, 200)
  say(607, n, 'n200')
  say(608, byte(c, 29), 'c29')
  say(609, byte(c, 30), 'c30')
  n = sg_copy_from_buffer(sgl, 2, d, 200)
  say(610, n, 'n2')
  n = sg_copy_from_buffer(sgl, 0, d, 10)
  say(611, n, 'n0')
  n = sg_copy_from_buffer(sgl, 3, d, 0)
  say(612, n, 'len0')
  e = kzalloc(256, GFP_KERNEL)!
  n = sg_copy_to_buffer(sgl, 3, e, 256)
  say(613, n, 'to')
  say(614, byte(e, 59), 'e59')
  say(615, byte(e, 60), 'e60')
  n = sg_copy_to_buffer(sgl, 1, e, 256)
  say(616, n, 'to1')
  n = sg_copy_to_buffer(sgl, 10, e, 256)
  say(617, n, 'to10')
  kfree(a)
  kfree(b)
  kfree(c)
  kfree(d)
  kfree(e)
}

// sg foreach
{
  let r = 0
  let k = 0
  const t = new sg_table()
  r = sg_alloc_table(t, 5, GFP_KERNEL)
  k = 0
  for_each_sg(t.sgl, 3, () => {
    k++
  })
  say(701, k, 'each3')
  k = 0
  for_each_sgtable_sg(t, () => {
    k++
  })
  say(702, k, 'each')
  t.nents = 2
  k = 0
  for_each_sgtable_dma_sg(t, () => {
    k++
  })
  say(703, k, 'dma')
  sg_free_table(t)
}
