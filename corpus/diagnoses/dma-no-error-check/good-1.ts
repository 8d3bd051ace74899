// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Every result is looked at, and a failure is survived.
import { dma_map_sg, dma_map_single, dma_mapping_error, DMA_TO_DEVICE, dma_unmap_sg, dma_unmap_single, GFP_KERNEL, kfree, kmalloc, scatterlist, sg_init_one } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nic')
const buf = kmalloc(512, GFP_KERNEL)!
const sg = new scatterlist()
sg_init_one(sg, buf, 512)
for (const failing of [true, false]) {
  if (failing) {
    sim.fail_next('dma_map_single')
    sim.fail_next('dma_map_sg')
  }
  const h = dma_map_single(dev, buf, 512, DMA_TO_DEVICE)
  if (dma_mapping_error(dev, h) === 0) dma_unmap_single(dev, h, 512, DMA_TO_DEVICE)
  if (dma_map_sg(dev, sg, 1, DMA_TO_DEVICE) !== 0) dma_unmap_sg(dev, sg, 1, DMA_TO_DEVICE)
}
kfree(buf)
