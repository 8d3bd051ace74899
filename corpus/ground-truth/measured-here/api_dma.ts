// Case api_dma: streaming and coherent mappings of a device without an IOMMU.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
// Kernel: here-plain: many calls that the kernel refuses and warns about; their values are compared
import {
  DMA_BIDIRECTIONAL,
  DMA_BIT_MASK,
  DMA_FROM_DEVICE,
  DMA_MAPPING_ERROR,
  DMA_TO_DEVICE,
  GFP_KERNEL,
  PageCompound,
  __free_page,
  __free_pages,
  alloc_page,
  alloc_pages,
  dma_alloc_coherent,
  dma_free_coherent,
  dma_map_page,
  dma_map_sg,
  dma_map_sgtable,
  dma_map_single,
  dma_mapping_error,
  dma_set_coherent_mask,
  dma_set_mask,
  dma_set_mask_and_coherent,
  dma_sync_single_for_cpu,
  dma_sync_single_for_device,
  dma_unmap_page,
  dma_unmap_sg,
  dma_unmap_sgtable,
  dma_unmap_single,
  is_vmalloc_addr,
  kfree,
  kmalloc,
  nth_page,
  page_ref_count,
  page_to_phys,
  scatterlist,
  sg_alloc_table_from_pages_segment,
  sg_dma_address,
  sg_dma_len,
  sg_free_table,
  sg_init_table,
  sg_set_page,
  sg_table,
  vfree,
  virt_to_page,
  virt_to_phys,
  vmalloc,
} from 'linux'
import type { Ptr, page } from 'linux'
import { sim } from 'sim'
import { byte, isNull, offsetInPage, say, setByte } from './values.ts'

// dma basic
{
  let p: page
  let a: Ptr
  let h = 0n
  say(101, DMA_MAPPING_ERROR == 2n ** 64n - 1n, 'err')
  const dev = sim.device('lab')
  a = kmalloc(256, GFP_KERNEL)!
  p = alloc_pages(GFP_KERNEL, 1)!
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(102, dma_mapping_error(dev, h), 'e')
  say(103, h == virt_to_phys(a), 'h==phys')
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  h = dma_map_page(dev, p, 100, 5000, DMA_BIDIRECTIONAL)
  say(104, dma_mapping_error(dev, h), 'e')
  say(105, h - page_to_phys(p), 'off')
  say(106, page_ref_count(p), 'ref')
  dma_sync_single_for_cpu(dev, h, 5000, DMA_BIDIRECTIONAL)
  dma_sync_single_for_device(dev, h, 5000, DMA_BIDIRECTIONAL)
  dma_unmap_page(dev, h, 5000, DMA_BIDIRECTIONAL)
  say(107, page_ref_count(p), 'ref')
  kfree(a)
  __free_pages(p, 1)
}

// dma sg
{
  let b: page
  let r = 0
  let i = 0
  const sgl = [new scatterlist(), new scatterlist(), new scatterlist(), new scatterlist()]
  const dev = sim.device('lab')
  b = alloc_pages(GFP_KERNEL, 2)!
  sg_init_table(sgl, 4)
  const SGI3 = (i: number) => sgl[i]!
  sg_set_page(SGI3(0), b, 4096, 0)
  sg_set_page(SGI3(1), nth_page(b, 1), 4096, 0)
  sg_set_page(SGI3(2), nth_page(b, 3), 100, 7)
  sg_set_page(SGI3(3), nth_page(b, 2), 4096, 0)
  r = dma_map_sg(dev, sgl, 4, DMA_TO_DEVICE)
  say(201, r, 'map')
  for (i = 0; i < 4; i++) {
    say(202, sg_dma_address(SGI3(i)) - page_to_phys(b), 'dma%ld', i)
    say(203, sg_dma_len(SGI3(i)), 'len%ld', i)
  }
  dma_unmap_sg(dev, sgl, 4, DMA_TO_DEVICE)
  say(204, sg_dma_len(SGI3(0)), 'len after')
  say(205, sg_dma_address(SGI3(0)) - page_to_phys(b), 'addr after')
  r = dma_map_sg(dev, sgl, 2, DMA_FROM_DEVICE)
  say(206, r, 'map2')
  dma_unmap_sg(dev, sgl, 2, DMA_FROM_DEVICE)
  __free_pages(b, 2)
}

// dma sgtable
{
  const pg: page[] = []
  let r = 0
  let i = 0
  const t = new sg_table()
  const dev = sim.device('lab')
  for (i = 0; i < 4; i++) pg[i] = alloc_page(GFP_KERNEL)!
  r = sg_alloc_table_from_pages_segment(t, pg, 4, 0, 16384, 4096, GFP_KERNEL)
  say(301, r, 'alloc')
  say(302, t.orig_nents, 'orig')
  r = dma_map_sgtable(dev, t, DMA_TO_DEVICE, 0)
  say(303, r, 'map')
  say(304, t.nents, 'nents')
  say(305, t.orig_nents, 'orig')
  say(306, sg_dma_len(t.sgl!), 'len')
  say(307, sg_dma_address(t.sgl!) == page_to_phys(pg[0]), 'addr')
  dma_unmap_sgtable(dev, t, DMA_TO_DEVICE, 0)
  say(308, t.nents, 'nents')
  sg_free_table(t)
  for (i = 0; i < 4; i++) __free_page(pg[i])
}

// dma coherent
{
  let a: Ptr
  let i = 0
  let n = 0
  const dev = sim.device('lab')
  const hh: bigint[] = []
  let h: any
  const sz = [1, 100, 4096, 4097, 8192, 12288, 20480, 65536, 1048576, 4194304]
  n = sz.length
  for (i = 0; i < n; i++) {
    a = dma_alloc_coherent(dev, sz[i], hh, GFP_KERNEL)!
    h = hh[0]
    say(401, isNull(a), 'null(%ld)', sz[i])
    say(402, offsetInPage(a), 'off')
    say(403, is_vmalloc_addr(a), 'isv')
    say(404, h == virt_to_phys(a), 'phys')
    say(405, page_ref_count(virt_to_page(a)), 'ref')
    say(406, PageCompound(virt_to_page(a)), 'comp')
    if (sz[i] > 4096) say(407, page_ref_count(nth_page(virt_to_page(a), 1)), 'ref1')
    say(408, byte(a, 0), 'b0')
    say(409, byte(a, sz[i] - 1), 'blast')
    setByte(a, 0, 0x5a)
    dma_free_coherent(dev, sz[i], a, h)
  }
  dma_free_coherent(dev, 4096, null, 0n)
}

// dma mask
{
  const dev = sim.device('lab')
  say(501, dma_set_mask(dev, DMA_BIT_MASK(64)), '64')
  say(502, dma_set_mask(dev, DMA_BIT_MASK(32)), '32')
  say(503, dma_set_mask(dev, DMA_BIT_MASK(31)), '31')
  say(504, dma_set_mask(dev, DMA_BIT_MASK(24)), '24')
  say(505, dma_set_mask(dev, DMA_BIT_MASK(20)), '20')
  say(506, dma_set_mask(dev, DMA_BIT_MASK(12)), '12')
  say(507, dma_set_mask(dev, 0n), '0')
  say(508, dma_set_coherent_mask(dev, DMA_BIT_MASK(28)), 'c28')
  say(509, dma_set_coherent_mask(dev, DMA_BIT_MASK(16)), 'c16')
  say(510, dma_set_mask_and_coherent(dev, DMA_BIT_MASK(40)), 'mc40')
  say(511, dma_set_mask_and_coherent(dev, DMA_BIT_MASK(23)), 'mc23')
  say(512, DMA_BIT_MASK(64) == DMA_BIT_MASK(63) * 2n + 1n, 'b64')
  dma_set_mask_and_coherent(dev, DMA_BIT_MASK(32))
}

// dma errs
{
  let v: Ptr
  let h = 0n
  const dev = sim.device('lab')
  const s1 = new scatterlist()
  v = vmalloc(4096)!
  h = dma_map_single(dev, v, 100, DMA_TO_DEVICE)
  say(601, dma_mapping_error(dev, h), 'vmalloc err')
  say(602, h == DMA_MAPPING_ERROR, 'is err')
  vfree(v)
  say(603, dma_mapping_error(dev, 0n), '0')
  say(604, dma_mapping_error(dev, DMA_MAPPING_ERROR), 'err')
}

// dma coherent mask
{
  let a: Ptr
  let r = 0
  const dev = sim.device('lab')
  const hh: bigint[] = []
  r = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(24))
  say(701, r, '24')
  a = dma_alloc_coherent(dev, 4096, hh, GFP_KERNEL)!
  say(702, isNull(a), 'null')
  if (a) {
    say(703, hh[0]! < 1 << 24, 'below16M')
    dma_free_coherent(dev, 4096, a, hh[0]!)
  }
}
