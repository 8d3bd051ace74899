// Case e_dma: what DMA-API debugging reports: a map whose error was never checked, wrong size, wrong direction, double
// unmap, sync of what is not mapped, overlapping mappings from the device, a wrong number of entries, mappings left at
// unbind. Not reported: overlapping mappings to the device, a page freed while it is mapped.
// @machine memory=512M debug=on
// Measured: kasan-reports debug=on
import { __free_page, alloc_page, dma_alloc_coherent, dma_map_page, dma_map_sg, dma_map_sgtable, dma_map_single } from 'linux'
import { dma_mapping_error, dma_sync_single_for_cpu, dma_unmap_page, dma_unmap_sg, dma_unmap_sgtable, dma_unmap_single } from 'linux'
import { DMA_FROM_DEVICE, DMA_TO_DEVICE, GFP_KERNEL, kfree, kmalloc, page_ref_count, PAGE_SIZE, scatterlist } from 'linux'
import { sg_alloc_table_from_pages, sg_free_table, sg_init_table, sg_set_buf, sg_table, vfree, vmalloc, vmalloc_to_page } from 'linux'
import { sim } from 'sim'
import { say } from './measure.ts'

const dev = sim.device('labdma')
const bufs = Array.from({ length: 10 }, () => kmalloc(512, GFP_KERNEL)!)
let buf = bufs[0]!
const map = (size: number, dir = DMA_TO_DEVICE) => {
  const handle = dma_map_single(dev, buf, size, dir)
  return { handle, error: dma_mapping_error(dev, handle) }
}

const unchecked = dma_map_single(dev, buf, 512, DMA_TO_DEVICE)
dma_unmap_single(dev, unchecked, 512, DMA_TO_DEVICE)

buf = bufs[1]!
const two = map(512)
say(2, 'dma_mapping_error', two.error)
dma_unmap_single(dev, two.handle, 256, DMA_TO_DEVICE)

buf = bufs[2]!
dma_unmap_single(dev, map(512).handle, 512, DMA_FROM_DEVICE)

buf = bufs[3]!
const four = map(512).handle
dma_unmap_single(dev, four, 512, DMA_TO_DEVICE)
dma_unmap_single(dev, four, 512, DMA_TO_DEVICE)

const page = alloc_page(GFP_KERNEL)!
const five = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE)
dma_mapping_error(dev, five)
dma_unmap_single(dev, five, PAGE_SIZE, DMA_TO_DEVICE)

buf = bufs[4]!
const six = map(256).handle
dma_sync_single_for_cpu(dev, six, 512, DMA_TO_DEVICE)
dma_unmap_single(dev, six, 256, DMA_TO_DEVICE)
dma_sync_single_for_cpu(dev, six, 128, DMA_TO_DEVICE)

buf = bufs[5]!
const eight = [map(512).handle, map(512).handle]
for (const handle of eight) dma_unmap_single(dev, handle, 512, DMA_TO_DEVICE)

buf = bufs[6]!
const first = map(512, DMA_FROM_DEVICE)
say(9, 'dma_mapping_error', first.error)
const second = map(512, DMA_FROM_DEVICE)
say(9, 'dma_mapping_error', second.error)
for (const { handle } of [first, second]) dma_unmap_single(dev, handle, 512, DMA_FROM_DEVICE)

buf = bufs[7]!
const sgl = [new scatterlist(), new scatterlist()]
const other = bufs[8]!
sg_init_table(sgl, 2)
sg_set_buf(sgl[0]!, buf, 512)
sg_set_buf(sgl[1]!, other, 512)
say(10, 'dma_map_sg', dma_map_sg(dev, sgl, 2, DMA_TO_DEVICE))
dma_unmap_sg(dev, sgl, 1, DMA_TO_DEVICE)

const mapped = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE)
dma_mapping_error(dev, mapped)
say(11, 'pg.page_ref_count', page_ref_count(page))
__free_page(page)
say(11, 'pg.page_ref_count', page_ref_count(page))
dma_unmap_page(dev, mapped, PAGE_SIZE, DMA_TO_DEVICE)

const v = vmalloc(2 * PAGE_SIZE)!
say(13, 'dma_mapping_error', dma_mapping_error(dev, dma_map_single(dev, v, 512, DMA_TO_DEVICE)))

const sgt = new sg_table()
const pages = [0, 1].map((i) => vmalloc_to_page(v.add(i * PAGE_SIZE))!)
say(14, 'sg_alloc', sg_alloc_table_from_pages(sgt, pages, 2, 0, 2 * PAGE_SIZE, GFP_KERNEL))
say(14, 'dma_map_sgtable', dma_map_sgtable(dev, sgt, DMA_TO_DEVICE, 0))
vfree(v)
say(14, 'page0.page_ref_count_after_vfree', page_ref_count(pages[0]!))
dma_unmap_sgtable(dev, sgt, DMA_TO_DEVICE, 0)
say(14, 'unmapped', 1)
dma_unmap_sgtable(dev, sgt, DMA_TO_DEVICE, 0)
say(14, 'unmapped_twice', 1)
sg_free_table(sgt)

const handles: bigint[] = []
const coherent = dma_alloc_coherent(dev, PAGE_SIZE, handles, GFP_KERNEL)
say(15, 'dma_alloc_coherent', coherent === null ? 'NULL' : 'ok')
buf = bufs[9]!
map(256)
const last = dma_map_single(dev, other, 256, DMA_TO_DEVICE)
dma_mapping_error(dev, last)
dev.unbind()
say(16, 'done', 1)
bufs.forEach(kfree)
