// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect cpu-touch-device-owned 17
//
// After the sync for the device the CPU writes a page of the list again.
import { DMA_BIDIRECTIONAL, dma_map_sgtable, dma_sync_sgtable_for_cpu, dma_sync_sgtable_for_device, dma_unmap_sgtable, GFP_KERNEL, PAGE_SIZE, sg_alloc_table_from_pages, sg_free_table, sg_table, vfree, vmalloc, vmalloc_to_page } from 'linux'
import { sim } from 'sim'

const dev = sim.device('gpu')
const ring = vmalloc(2 * PAGE_SIZE)!
const sgt = new sg_table()
const pages = [vmalloc_to_page(ring)!, vmalloc_to_page(ring.add(PAGE_SIZE))!]
if (sg_alloc_table_from_pages(sgt, pages, 2, 0, 2 * PAGE_SIZE, GFP_KERNEL) === 0) {
  if (dma_map_sgtable(dev, sgt, DMA_BIDIRECTIONAL, 0) === 0) {
    dma_sync_sgtable_for_cpu(dev, sgt, DMA_BIDIRECTIONAL)
    ring.write_u32(0, 1)
    dma_sync_sgtable_for_device(dev, sgt, DMA_BIDIRECTIONAL)
    ring.write_u32(PAGE_SIZE, 2)
    dma_unmap_sgtable(dev, sgt, DMA_BIDIRECTIONAL, 0)
  }
  sg_free_table(sgt)
}
vfree(ring)
