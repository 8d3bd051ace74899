// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect dma-unmap-mismatch 11
//
// Another size than that of the map.
import { dma_map_single, dma_mapping_error, DMA_TO_DEVICE, dma_unmap_single, GFP_KERNEL, kfree, kmalloc } from 'linux'
import { sim } from 'sim'

const dev = sim.device('labdma')
const buf = kmalloc(512, GFP_KERNEL)!
const h = dma_map_single(dev, buf, 512, DMA_TO_DEVICE)
if (dma_mapping_error(dev, h) === 0) dma_unmap_single(dev, h, 256, DMA_TO_DEVICE)
kfree(buf)
