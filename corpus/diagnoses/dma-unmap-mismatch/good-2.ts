// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The map may merge entries; the unmap still names the number that was given.
import { alloc_pages, __free_pages, DMA_TO_DEVICE, dma_map_sg, dma_unmap_sg, GFP_KERNEL, nth_page, PAGE_SIZE } from 'linux'
import { for_each_sgtable_sg, sg_alloc_table, sg_free_table, sg_set_page, sg_table } from 'linux'
import { device } from 'sim'

const disk = device('disk', { iommu: true })
const block = alloc_pages(GFP_KERNEL, 2)!
const sgt = new sg_table()
if (sg_alloc_table(sgt, 4, GFP_KERNEL) === 0) {
  for_each_sgtable_sg(sgt, (sg, i) => sg_set_page(sg, nth_page(block, i), PAGE_SIZE, 0))
  const made = dma_map_sg(disk, sgt.sgl!, 4, DMA_TO_DEVICE)
  if (made !== 0) dma_unmap_sg(disk, sgt.sgl!, 4, DMA_TO_DEVICE)
  sg_free_table(sgt)
}
__free_pages(block, 2)
