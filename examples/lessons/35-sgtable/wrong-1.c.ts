import { dma_map_sgtable, DMA_TO_DEVICE, dma_unmap_sgtable, for_each_sgtable_dma_sg, for_each_sgtable_sg } from 'linux'
import { GFP_KERNEL, PAGE_SIZE, pr_info, sg_alloc_table, sg_dma_len, sg_free_table, sg_set_page, sg_table } from 'linux'
import { vfree, vmalloc, vmalloc_to_page } from 'linux'
import { sim } from 'sim'

const dev = sim.device('gsp')
const image = vmalloc(2 * PAGE_SIZE)!
const sgt = new sg_table()
sg_alloc_table(sgt, 2, GFP_KERNEL)
for_each_sgtable_sg(sgt, (sg, i) => sg_set_page(sg, vmalloc_to_page(image.add(i * PAGE_SIZE))!, PAGE_SIZE, 0))
image.write_u32(0, 0x5a5a5a5a)
if (dma_map_sgtable(dev, sgt, DMA_TO_DEVICE, 0) === 0) {
  for_each_sgtable_dma_sg(sgt, (sg) => pr_info(`${sg_dma_len(sg)} bytes`))
  vfree(image)
  dma_unmap_sgtable(dev, sgt, DMA_TO_DEVICE, 0)
}
sg_free_table(sgt)
