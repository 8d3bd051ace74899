// Case misuse_dma: what DMA-API debugging says of streaming and coherent mappings.
// @machine memory=512M debug=on
// Measured: here-kasan debug=on
import {
  DMA_BIDIRECTIONAL,
  DMA_FROM_DEVICE,
  DMA_NONE,
  DMA_TO_DEVICE,
  GFP_KERNEL,
  __free_page,
  alloc_page,
  dma_alloc_coherent,
  dma_free_coherent,
  dma_map_page,
  dma_map_sg,
  dma_map_single,
  dma_mapping_error,
  dma_sync_sg_for_cpu,
  dma_sync_single_for_cpu,
  dma_sync_single_for_device,
  dma_unmap_sg,
  dma_unmap_single,
  kfree,
  kmalloc,
  page_to_phys,
  scatterlist,
  sg_dma_address,
  sg_init_table,
  sg_set_buf,
  vfree,
  virt_to_page,
  virt_to_phys,
  vmalloc,
} from 'linux'
import { sim } from 'sim'
import { lone, say } from './values.ts'

lone('d_ok', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(101, dma_mapping_error(dev, h), 'e')
  say(102, 1, 'go')
  dma_sync_single_for_cpu(dev, h, 256, DMA_TO_DEVICE)
  dma_sync_single_for_device(dev, h, 256, DMA_TO_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(103, 1, 'done')
  kfree(a)
})

lone('d_nocheck', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(201, 1, 'go')
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(202, 1, 'done')
  kfree(a)
})

lone('d_size', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(301, dma_mapping_error(dev, h), 'e')
  say(302, 1, 'go')
  dma_unmap_single(dev, h, 128, DMA_TO_DEVICE)
  say(303, 1, 'done')
  kfree(a)
})

lone('d_size_big', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(401, dma_mapping_error(dev, h), 'e')
  say(402, 1, 'go')
  dma_unmap_single(dev, h, 512, DMA_TO_DEVICE)
  say(403, 1, 'done')
  kfree(a)
})

lone('d_dir', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(501, dma_mapping_error(dev, h), 'e')
  say(502, 1, 'go')
  dma_unmap_single(dev, h, 256, DMA_BIDIRECTIONAL)
  say(503, 1, 'done')
  kfree(a)
})

lone('d_dir2', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_BIDIRECTIONAL)
  say(601, dma_mapping_error(dev, h), 'e')
  say(602, 1, 'go')
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(603, 1, 'done')
  kfree(a)
})

lone('d_addr', () => {
  let a: any = null
  let h: any = null
  let g: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(701, dma_mapping_error(dev, h), 'e')
  say(702, 1, 'go')
  g = h + 64n
  dma_unmap_single(dev, g, 192, DMA_TO_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(703, 1, 'done')
  kfree(a)
})

lone('d_twice', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(801, dma_mapping_error(dev, h), 'e')
  say(802, 1, 'go')
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(803, 1, 'done')
  kfree(a)
})

lone('d_page_as_single', () => {
  let p: any = null
  let h: any = null
  const dev = sim.device('lab')
  p = alloc_page(GFP_KERNEL)
  h = dma_map_page(dev, p, 0, 4096, DMA_TO_DEVICE)
  say(901, dma_mapping_error(dev, h), 'e')
  say(902, 1, 'go')
  dma_unmap_single(dev, h, 4096, DMA_TO_DEVICE)
  say(903, 1, 'done')
  __free_page(p)
})

lone('d_sync_size', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(1001, dma_mapping_error(dev, h), 'e')
  say(1002, 1, 'go')
  dma_sync_single_for_cpu(dev, h, 300, DMA_TO_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(1003, 1, 'done')
  kfree(a)
})

lone('d_sync_dir', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(1101, dma_mapping_error(dev, h), 'e')
  say(1102, 1, 'go')
  dma_sync_single_for_cpu(dev, h, 256, DMA_FROM_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(1103, 1, 'done')
  kfree(a)
})

lone('d_sync_dir_dev', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_FROM_DEVICE)
  say(1201, dma_mapping_error(dev, h), 'e')
  say(1202, 1, 'go')
  dma_sync_single_for_device(dev, h, 256, DMA_TO_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_FROM_DEVICE)
  say(1203, 1, 'done')
  kfree(a)
})

lone('d_sync_bidi', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_BIDIRECTIONAL)
  say(1301, dma_mapping_error(dev, h), 'e')
  say(1302, 1, 'go')
  dma_sync_single_for_cpu(dev, h, 256, DMA_FROM_DEVICE)
  dma_sync_single_for_device(dev, h, 256, DMA_TO_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_BIDIRECTIONAL)
  say(1303, 1, 'done')
  kfree(a)
})

lone('d_sync_dir_bidi', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(1401, dma_mapping_error(dev, h), 'e')
  say(1402, 1, 'go')
  dma_sync_single_for_cpu(dev, h, 256, DMA_BIDIRECTIONAL)
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(1403, 1, 'done')
  kfree(a)
})

lone('d_sync_after', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(1501, dma_mapping_error(dev, h), 'e')
  say(1502, 1, 'go')
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  dma_sync_single_for_cpu(dev, h, 256, DMA_TO_DEVICE)
  say(1503, 1, 'done')
  kfree(a)
})

lone('d_sync_smaller', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(1601, dma_mapping_error(dev, h), 'e')
  say(1602, 1, 'go')
  dma_sync_single_for_cpu(dev, h, 64, DMA_TO_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(1603, 1, 'done')
  kfree(a)
})

lone('d_sync_nocheck', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(1701, 1, 'go')
  dma_sync_single_for_cpu(dev, h, 256, DMA_TO_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(1702, 1, 'done')
  kfree(a)
})

lone('d_freed', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(1801, dma_mapping_error(dev, h), 'e')
  say(1802, 1, 'go')
  kfree(a)
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(1803, 1, 'done')
})

lone('d_map_freed', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  kfree(a)
  say(1901, 1, 'go')
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(1902, dma_mapping_error(dev, h), 'e')
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(1903, 1, 'done')
})

lone('d_overlap_ff', () => {
  let a: any = null
  let h: any = null
  let g: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_FROM_DEVICE)
  say(2001, dma_mapping_error(dev, h), 'e')
  say(2002, 1, 'go')
  g = dma_map_single(dev, a, 256, DMA_FROM_DEVICE)
  say(2003, dma_mapping_error(dev, g), 'e')
  dma_unmap_single(dev, g, 256, DMA_FROM_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_FROM_DEVICE)
  say(2004, 1, 'done')
  kfree(a)
})

lone('d_overlap_tt', () => {
  let a: any = null
  let h: any = null
  let g: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(2101, dma_mapping_error(dev, h), 'e')
  say(2102, 1, 'go')
  g = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(2103, dma_mapping_error(dev, g), 'e')
  dma_unmap_single(dev, g, 256, DMA_TO_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(2104, 1, 'done')
  kfree(a)
})

lone('d_overlap_tf', () => {
  let a: any = null
  let h: any = null
  let g: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(2201, dma_mapping_error(dev, h), 'e')
  say(2202, 1, 'go')
  g = dma_map_single(dev, a, 256, DMA_FROM_DEVICE)
  say(2203, dma_mapping_error(dev, g), 'e')
  dma_unmap_single(dev, g, 256, DMA_FROM_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
  say(2204, 1, 'done')
  kfree(a)
})

lone('d_overlap_ft', () => {
  let a: any = null
  let h: any = null
  let g: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_FROM_DEVICE)
  say(2301, dma_mapping_error(dev, h), 'e')
  say(2302, 1, 'go')
  g = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(2303, dma_mapping_error(dev, g), 'e')
  dma_unmap_single(dev, g, 256, DMA_TO_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_FROM_DEVICE)
  say(2304, 1, 'done')
  kfree(a)
})

lone('d_overlap_line', () => {
  let a: any = null
  let b: any = null
  let h: any = null
  let g: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 32, DMA_FROM_DEVICE)
  say(2401, dma_mapping_error(dev, h), 'e')
  say(2402, 1, 'go')
  b = a.add(32)
  g = dma_map_single(dev, b, 32, DMA_FROM_DEVICE)
  say(2403, dma_mapping_error(dev, g), 'e')
  dma_unmap_single(dev, g, 32, DMA_FROM_DEVICE)
  dma_unmap_single(dev, h, 32, DMA_FROM_DEVICE)
  say(2404, 1, 'done')
  kfree(a)
})

lone('d_overlap_mid', () => {
  let a: any = null
  let b: any = null
  let h: any = null
  let g: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_FROM_DEVICE)
  say(2501, dma_mapping_error(dev, h), 'e')
  say(2502, 1, 'go')
  b = a.add(128)
  g = dma_map_single(dev, b, 64, DMA_FROM_DEVICE)
  say(2503, dma_mapping_error(dev, g), 'e')
  dma_unmap_single(dev, g, 64, DMA_FROM_DEVICE)
  dma_unmap_single(dev, h, 256, DMA_FROM_DEVICE)
  say(2504, 1, 'done')
  kfree(a)
})

lone('d_vmalloc', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = vmalloc(4096)
  say(2601, 1, 'go')
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(2602, dma_mapping_error(dev, h), 'e')
  say(2603, 1, 'done')
  vfree(a)
})

lone('d_zero', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  say(2701, 1, 'go')
  h = dma_map_single(dev, a, 0, DMA_TO_DEVICE)
  say(2702, dma_mapping_error(dev, h), 'e')
  dma_unmap_single(dev, h, 0, DMA_TO_DEVICE)
  say(2703, 1, 'done')
  kfree(a)
})

lone('d_single_as_coherent', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  h = dma_map_single(dev, a, 256, DMA_TO_DEVICE)
  say(2801, dma_mapping_error(dev, h), 'e')
  say(2802, 1, 'go')
  dma_free_coherent(dev, 256, a, h)
  say(2803, 1, 'done')
})

lone('d_co_size', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  const hh: bigint[] = []
  a = dma_alloc_coherent(dev, 8192, hh, GFP_KERNEL)
  h = hh[0]
  say(2901, 1, 'go')
  dma_free_coherent(dev, 4096, a, h)
  say(2902, 1, 'done')
})

lone('d_co_twice', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  const hh: bigint[] = []
  a = dma_alloc_coherent(dev, 8192, hh, GFP_KERNEL)
  h = hh[0]
  say(3001, 1, 'go')
  dma_free_coherent(dev, 8192, a, h)
  dma_free_coherent(dev, 8192, a, h)
  say(3002, 1, 'done')
})

lone('d_co_handle', () => {
  let a: any = null
  let h: any = null
  let g: any = null
  const dev = sim.device('lab')
  const hh: bigint[] = []
  a = dma_alloc_coherent(dev, 8192, hh, GFP_KERNEL)
  h = hh[0]
  say(3101, 1, 'go')
  g = h + 4096n
  dma_free_coherent(dev, 8192, a, g)
  say(3102, 1, 'done')
})

lone('d_co_addr', () => {
  let a: any = null
  let b: any = null
  let h: any = null
  const dev = sim.device('lab')
  const hh: bigint[] = []
  a = dma_alloc_coherent(dev, 8192, hh, GFP_KERNEL)
  h = hh[0]
  say(3201, 1, 'go')
  b = a.add(4096)
  dma_free_coherent(dev, 8192, b, h)
  say(3202, 1, 'done')
})

lone('d_co_kfree', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  const hh: bigint[] = []
  a = dma_alloc_coherent(dev, 8192, hh, GFP_KERNEL)
  h = hh[0]
  say(3301, 1, 'go')
  kfree(a)
  say(3302, 1, 'done')
})

lone('d_co_unmap', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  const hh: bigint[] = []
  a = dma_alloc_coherent(dev, 8192, hh, GFP_KERNEL)
  h = hh[0]
  say(3401, 1, 'go')
  dma_unmap_single(dev, h, 8192, DMA_BIDIRECTIONAL)
  say(3402, 1, 'done')
})

lone('d_co_sync', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  const hh: bigint[] = []
  a = dma_alloc_coherent(dev, 8192, hh, GFP_KERNEL)
  h = hh[0]
  say(3501, 1, 'go')
  dma_sync_single_for_cpu(dev, h, 8192, DMA_BIDIRECTIONAL)
  dma_free_coherent(dev, 8192, a, h)
  say(3502, 1, 'done')
})

lone('d_kfree_free', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(4096, GFP_KERNEL)
  say(3601, 1, 'go')
  h = virt_to_phys(a)
  dma_free_coherent(dev, 4096, a, h)
  say(3602, 1, 'done')
})

lone('d_bad_dir', () => {
  let a: any = null
  let h: any = null
  const dev = sim.device('lab')
  a = kmalloc(512, GFP_KERNEL)
  say(3701, 1, 'go')
  h = dma_map_single(dev, a, 256, DMA_NONE)
  say(3702, 1, 'done')
})

lone('d_sg_ok', () => {
  let a: any = null
  let b: any = null
  const dev = sim.device('lab')
  const sgl = [new scatterlist(), new scatterlist(), new scatterlist()]
  a = kmalloc(512, GFP_KERNEL)
  b = kmalloc(512, GFP_KERNEL)
  sg_init_table(sgl, 3)
  sg_set_buf(sgl[0]!, a, 512)
  sg_set_buf(sgl[1]!, b, 512)
  sg_set_buf(sgl[2]!, a, 64)
  say(3801, dma_map_sg(dev, sgl, 2, DMA_TO_DEVICE), 'n')
  say(3802, 1, 'go')
  dma_sync_sg_for_cpu(dev, sgl, 2, DMA_TO_DEVICE)
  dma_unmap_sg(dev, sgl, 2, DMA_TO_DEVICE)
  say(3803, 1, 'done')
  kfree(a)
  kfree(b)
})

lone('d_sg_count', () => {
  let a: any = null
  let b: any = null
  const dev = sim.device('lab')
  const sgl = [new scatterlist(), new scatterlist(), new scatterlist()]
  a = kmalloc(512, GFP_KERNEL)
  b = kmalloc(512, GFP_KERNEL)
  sg_init_table(sgl, 3)
  sg_set_buf(sgl[0]!, a, 512)
  sg_set_buf(sgl[1]!, b, 512)
  sg_set_buf(sgl[2]!, a, 64)
  say(3901, dma_map_sg(dev, sgl, 2, DMA_TO_DEVICE), 'n')
  say(3902, 1, 'go')
  dma_unmap_sg(dev, sgl, 1, DMA_TO_DEVICE)
  say(3903, 1, 'done')
  kfree(a)
  kfree(b)
})

lone('d_sg_more', () => {
  let a: any = null
  let b: any = null
  const dev = sim.device('lab')
  const sgl = [new scatterlist(), new scatterlist(), new scatterlist()]
  a = kmalloc(512, GFP_KERNEL)
  b = kmalloc(512, GFP_KERNEL)
  sg_init_table(sgl, 3)
  sg_set_buf(sgl[0]!, a, 512)
  sg_set_buf(sgl[1]!, b, 512)
  sg_set_buf(sgl[2]!, a, 64)
  say(4001, dma_map_sg(dev, sgl, 2, DMA_TO_DEVICE), 'n')
  say(4002, 1, 'go')
  dma_unmap_sg(dev, sgl, 3, DMA_TO_DEVICE)
  say(4003, 1, 'done')
  kfree(a)
  kfree(b)
})

lone('d_sg_dir', () => {
  let a: any = null
  let b: any = null
  const dev = sim.device('lab')
  const sgl = [new scatterlist(), new scatterlist(), new scatterlist()]
  a = kmalloc(512, GFP_KERNEL)
  b = kmalloc(512, GFP_KERNEL)
  sg_init_table(sgl, 3)
  sg_set_buf(sgl[0]!, a, 512)
  sg_set_buf(sgl[1]!, b, 512)
  sg_set_buf(sgl[2]!, a, 64)
  say(4101, dma_map_sg(dev, sgl, 2, DMA_TO_DEVICE), 'n')
  say(4102, 1, 'go')
  dma_unmap_sg(dev, sgl, 2, DMA_FROM_DEVICE)
  say(4103, 1, 'done')
  kfree(a)
  kfree(b)
})

lone('d_sg_twice', () => {
  let a: any = null
  let b: any = null
  const dev = sim.device('lab')
  const sgl = [new scatterlist(), new scatterlist(), new scatterlist()]
  a = kmalloc(512, GFP_KERNEL)
  b = kmalloc(512, GFP_KERNEL)
  sg_init_table(sgl, 3)
  sg_set_buf(sgl[0]!, a, 512)
  sg_set_buf(sgl[1]!, b, 512)
  sg_set_buf(sgl[2]!, a, 64)
  say(4201, dma_map_sg(dev, sgl, 2, DMA_TO_DEVICE), 'n')
  say(4202, 1, 'go')
  dma_unmap_sg(dev, sgl, 2, DMA_TO_DEVICE)
  dma_unmap_sg(dev, sgl, 2, DMA_TO_DEVICE)
  say(4203, 1, 'done')
  kfree(a)
  kfree(b)
})

lone('d_sg_sync', () => {
  let a: any = null
  let b: any = null
  const dev = sim.device('lab')
  const sgl = [new scatterlist(), new scatterlist(), new scatterlist()]
  a = kmalloc(512, GFP_KERNEL)
  b = kmalloc(512, GFP_KERNEL)
  sg_init_table(sgl, 3)
  sg_set_buf(sgl[0]!, a, 512)
  sg_set_buf(sgl[1]!, b, 512)
  sg_set_buf(sgl[2]!, a, 64)
  say(4301, dma_map_sg(dev, sgl, 2, DMA_TO_DEVICE), 'n')
  say(4302, 1, 'go')
  dma_sync_sg_for_cpu(dev, sgl, 1, DMA_TO_DEVICE)
  dma_unmap_sg(dev, sgl, 2, DMA_TO_DEVICE)
  say(4303, 1, 'done')
  kfree(a)
  kfree(b)
})

lone('d_sg_sync_dir', () => {
  let a: any = null
  let b: any = null
  const dev = sim.device('lab')
  const sgl = [new scatterlist(), new scatterlist(), new scatterlist()]
  a = kmalloc(512, GFP_KERNEL)
  b = kmalloc(512, GFP_KERNEL)
  sg_init_table(sgl, 3)
  sg_set_buf(sgl[0]!, a, 512)
  sg_set_buf(sgl[1]!, b, 512)
  sg_set_buf(sgl[2]!, a, 64)
  say(4401, dma_map_sg(dev, sgl, 2, DMA_TO_DEVICE), 'n')
  say(4402, 1, 'go')
  dma_sync_sg_for_cpu(dev, sgl, 2, DMA_FROM_DEVICE)
  dma_unmap_sg(dev, sgl, 2, DMA_TO_DEVICE)
  say(4403, 1, 'done')
  kfree(a)
  kfree(b)
})

lone('d_sg_single', () => {
  let a: any = null
  let b: any = null
  const dev = sim.device('lab')
  const sgl = [new scatterlist(), new scatterlist(), new scatterlist()]
  a = kmalloc(512, GFP_KERNEL)
  b = kmalloc(512, GFP_KERNEL)
  sg_init_table(sgl, 3)
  sg_set_buf(sgl[0]!, a, 512)
  sg_set_buf(sgl[1]!, b, 512)
  sg_set_buf(sgl[2]!, a, 64)
  say(4501, dma_map_sg(dev, sgl, 2, DMA_TO_DEVICE), 'n')
  say(4502, 1, 'go')
  dma_unmap_single(dev, sg_dma_address(sgl[0]!), 512, DMA_TO_DEVICE)
  say(4503, 1, 'mid')
  dma_unmap_sg(dev, sgl, 2, DMA_TO_DEVICE)
  say(4504, 1, 'done')
  kfree(a)
  kfree(b)
})

lone('d_sg_sync_single', () => {
  let a: any = null
  let b: any = null
  const dev = sim.device('lab')
  const sgl = [new scatterlist(), new scatterlist(), new scatterlist()]
  a = kmalloc(512, GFP_KERNEL)
  b = kmalloc(512, GFP_KERNEL)
  sg_init_table(sgl, 3)
  sg_set_buf(sgl[0]!, a, 512)
  sg_set_buf(sgl[1]!, b, 512)
  sg_set_buf(sgl[2]!, a, 64)
  say(4601, dma_map_sg(dev, sgl, 2, DMA_TO_DEVICE), 'n')
  say(4602, 1, 'go')
  dma_sync_single_for_cpu(dev, sg_dma_address(sgl[1]!), 512, DMA_TO_DEVICE)
  dma_unmap_sg(dev, sgl, 2, DMA_TO_DEVICE)
  say(4603, 1, 'done')
  kfree(a)
  kfree(b)
})

lone('d_sg_changed', () => {
  let a: any = null
  let b: any = null
  const dev = sim.device('lab')
  const sgl = [new scatterlist(), new scatterlist(), new scatterlist()]
  a = kmalloc(512, GFP_KERNEL)
  b = kmalloc(512, GFP_KERNEL)
  sg_init_table(sgl, 3)
  sg_set_buf(sgl[0]!, a, 512)
  sg_set_buf(sgl[1]!, b, 512)
  sg_set_buf(sgl[2]!, a, 64)
  say(4701, dma_map_sg(dev, sgl, 2, DMA_TO_DEVICE), 'n')
  say(4702, 1, 'go')
  sg_set_buf(sgl[0]!, b, 256)
  dma_unmap_sg(dev, sgl, 2, DMA_TO_DEVICE)
  say(4703, 1, 'done')
  kfree(a)
  kfree(b)
})

lone('k_twice_4096', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  dma_free_coherent(dev, 4096, a, hx[0])
  say(4801, 1, 'go')
  dma_free_coherent(dev, 4096, a, hx[0])
  say(4802, 1, 'done')
})

lone('k_twice_8192', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 8192, hx, GFP_KERNEL)
  dma_free_coherent(dev, 8192, a, hx[0])
  say(4901, 1, 'go')
  dma_free_coherent(dev, 8192, a, hx[0])
  say(4902, 1, 'done')
})

lone('k_twice_64', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 64, hx, GFP_KERNEL)
  dma_free_coherent(dev, 64, a, hx[0])
  say(5001, 1, 'go')
  dma_free_coherent(dev, 64, a, hx[0])
  say(5002, 1, 'done')
})

lone('k_size_small', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 8192, hx, GFP_KERNEL)
  say(5101, 1, 'go')
  dma_free_coherent(dev, 4096, a, hx[0])
  say(5102, 1, 'done')
})

lone('k_size_same_pages', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  say(5201, 1, 'go')
  dma_free_coherent(dev, 100, a, hx[0])
  say(5202, 1, 'done')
})

lone('k_size_big', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  say(5301, 1, 'go')
  dma_free_coherent(dev, 8192, a, hx[0])
  say(5302, 1, 'done')
})

lone('k_size_zero', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  say(5401, 1, 'go')
  dma_free_coherent(dev, 0, a, hx[0])
  say(5402, 1, 'done')
})

lone('k_cpu_off', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  say(5501, 1, 'go')
  dma_free_coherent(dev, 4096, a.add(64), hx[0])
  say(5502, 1, 'done')
})

lone('k_cpu_page', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 8192, hx, GFP_KERNEL)
  say(5601, 1, 'go')
  dma_free_coherent(dev, 4096, a.add(4096), hx[0])
  say(5602, 1, 'done')
})

lone('k_cpu_other', () => {
  let a: any = null
  let b: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  b = dma_alloc_coherent(dev, 4096, hy, GFP_KERNEL)
  say(5701, 1, 'go')
  dma_free_coherent(dev, 4096, b, hx[0])
  say(5702, 1, 'done')
})

lone('k_cpu_other2', () => {
  let a: any = null
  let b: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  b = dma_alloc_coherent(dev, 4096, hy, GFP_KERNEL)
  say(5801, 1, 'go')
  dma_free_coherent(dev, 4096, b, hx[0])
  say(5802, 1, 'mid')
  dma_free_coherent(dev, 4096, a, hy[0])
  say(5803, 1, 'done')
})

lone('k_cpu_kmalloc', () => {
  let a: any = null
  let b: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  b = kmalloc(4096, GFP_KERNEL)
  say(5901, 1, 'go')
  dma_free_coherent(dev, 4096, b, hx[0])
  say(5902, 1, 'done')
})

lone('k_cpu_null', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  say(6001, 1, 'go')
  dma_free_coherent(dev, 4096, null, hx[0])
  say(6002, 1, 'done')
})

lone('k_handle_off', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  say(6101, 1, 'go')
  dma_free_coherent(dev, 4096, a, hx[0] + 64n)
  say(6102, 1, 'done')
})

lone('k_handle_zero', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  say(6201, 1, 'go')
  dma_free_coherent(dev, 4096, a, 0n)
  say(6202, 1, 'done')
})

lone('k_kfree', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  say(6301, 1, 'go')
  kfree(a)
  say(6302, 1, 'done')
})

lone('k_free_page', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  say(6401, 1, 'go')
  __free_page(virt_to_page(a))
  say(6402, 1, 'done')
})

lone('k_twice_reuse', () => {
  let a: any = null
  let g: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  dma_free_coherent(dev, 4096, a, hx[0])
  g = alloc_page(GFP_KERNEL)
  say(6501, page_to_phys(g) == hx[0], 'same')
  say(6502, 1, 'go')
  dma_free_coherent(dev, 4096, a, hx[0])
  say(6503, 1, 'mid')
  __free_page(g)
  say(6504, 1, 'done')
})

lone('k_unmap_single', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  say(6601, 1, 'go')
  dma_unmap_single(dev, hx[0], 4096, DMA_BIDIRECTIONAL)
  say(6602, 1, 'done')
})

lone('k_irqoff', () => {
  let a: any = null
  const dev = sim.device('lab')
  const hx: any[] = [0n],
    hy: any[] = [0n]
  a = dma_alloc_coherent(dev, 4096, hx, GFP_KERNEL)
  say(6701, 1, 'go')
  dma_free_coherent(dev, 4096, a, hx[0])
  say(6702, 1, 'done')
})
