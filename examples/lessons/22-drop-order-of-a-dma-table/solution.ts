import { dma_map_sgtable, DMA_TO_DEVICE, dma_unmap_sgtable, for_each_sgtable_sg, GFP_KERNEL } from 'linux'
import { PAGE_SIZE, sg_alloc_table, sg_free_table, sg_set_page, sg_table, vfree, vmalloc } from 'linux'
import { vmalloc_to_page } from 'linux'
import { sim } from 'sim'

const dev = sim.device('gsp')
const image = vmalloc(2 * PAGE_SIZE)!
const sgt = new sg_table()

function setup(): number {
  sg_alloc_table(sgt, 2, GFP_KERNEL)
  for_each_sgtable_sg(sgt, (sg, i) => sg_set_page(sg, vmalloc_to_page(image.add(i * PAGE_SIZE))!, PAGE_SIZE, 0))
  return dma_map_sgtable(dev, sgt, DMA_TO_DEVICE, 0)
}

function teardown(): void {
  dma_unmap_sgtable(dev, sgt, DMA_TO_DEVICE, 0)
  sg_free_table(sgt)
  vfree(image)
}

if (setup() === 0) teardown()
else {
  sg_free_table(sgt)
  vfree(image)
}
