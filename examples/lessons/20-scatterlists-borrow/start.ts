import { DMA_FROM_DEVICE, dma_map_sgtable, dma_unmap_sgtable, for_each_sgtable_sg, GFP_KERNEL } from 'linux'
import { PAGE_SIZE, sg_alloc_table, sg_dma_address, sg_free_table, sg_set_page, sg_table } from 'linux'
import { vfree, vmalloc, vmalloc_to_page } from 'linux'
import { sim } from 'sim'

const dev = sim.device('gsp')
const image = vmalloc(2 * PAGE_SIZE)!
const sgt = new sg_table()
sg_alloc_table(sgt, 2, GFP_KERNEL)
for_each_sgtable_sg(sgt, (sg, i) => sg_set_page(sg, vmalloc_to_page(image.add(i * PAGE_SIZE))!, PAGE_SIZE, 0))

if (dma_map_sgtable(dev, sgt, DMA_FROM_DEVICE, 0) === 0) {
  vfree(image)
  dev.dma_write(sg_dma_address(sgt.sgl!), [1, 2, 3, 4])
  dma_unmap_sgtable(dev, sgt, DMA_FROM_DEVICE, 0)
}
sg_free_table(sgt)
