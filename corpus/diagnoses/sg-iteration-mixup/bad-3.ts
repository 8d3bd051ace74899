// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine iommu=on
// @expect sg-iteration-mixup 16
//
// DMA addresses with the lengths of the CPU side: the device gets a quarter of the data.
import { __free_pages, alloc_pages, dma_map_sgtable, DMA_TO_DEVICE, dma_unmap_sgtable, for_each_sgtable_dma_sg, for_each_sgtable_sg, GFP_KERNEL, nth_page, PAGE_SIZE, sg_alloc_table, sg_dma_address, sg_free_table, sg_set_page, sg_table } from 'linux'
import { sim } from 'sim'

const dev = sim.device('gpu')
const block = alloc_pages(GFP_KERNEL, 2)!
const sgt = new sg_table()
sg_alloc_table(sgt, 4, GFP_KERNEL)
for_each_sgtable_sg(sgt, (sg, i) => sg_set_page(sg, nth_page(block, i), PAGE_SIZE, 0))
if (dma_map_sgtable(dev, sgt, DMA_TO_DEVICE, 0) === 0) {
  for_each_sgtable_dma_sg(sgt, (sg) => {
    dev.dma_read(sg_dma_address(sg), sg.length)
  })
  dma_unmap_sgtable(dev, sgt, DMA_TO_DEVICE, 0)
}
sg_free_table(sgt)
__free_pages(block, 2)
