// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A flag says whether the mapping is in force; mapping again gives a new mapping.
import { dma_map_single, dma_mapping_error, DMA_TO_DEVICE, dma_unmap_single, GFP_KERNEL, kfree, kmalloc } from 'linux'
import { sim } from 'sim'

const dev = sim.device('labdma')
const buf = kmalloc(512, GFP_KERNEL)!
for (let round = 0; round < 3; round++) {
  const h = dma_map_single(dev, buf, 512, DMA_TO_DEVICE)
  if (dma_mapping_error(dev, h) !== 0) break
  dev.dma_read(h, 512)
  dma_unmap_single(dev, h, 512, DMA_TO_DEVICE)
}
kfree(buf)
