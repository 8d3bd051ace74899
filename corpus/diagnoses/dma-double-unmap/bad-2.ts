// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine iommu=on
// @expect dma-double-unmap 15
//
// A table is unmapped twice.
import { __free_page, alloc_page, DMA_FROM_DEVICE, dma_map_sgtable, dma_unmap_sgtable, GFP_KERNEL, PAGE_SIZE, sg_alloc_table_from_pages, sg_free_table, sg_table } from 'linux'
import { sim } from 'sim'

const dev = sim.device('camera')
const page = alloc_page(GFP_KERNEL)!
const sgt = new sg_table()
if (sg_alloc_table_from_pages(sgt, [page], 1, 0, PAGE_SIZE, GFP_KERNEL) === 0) {
  if (dma_map_sgtable(dev, sgt, DMA_FROM_DEVICE, 0) === 0) {
    dma_unmap_sgtable(dev, sgt, DMA_FROM_DEVICE, 0)
    dma_unmap_sgtable(dev, sgt, DMA_FROM_DEVICE, 0)
  }
  sg_free_table(sgt)
}
__free_page(page)
