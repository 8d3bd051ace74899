// @era v6.12
// @expect dma-map-bad-area 9
//
// A vmalloc buffer is mapped as one piece.
import { sim } from 'sim'
import { dma_map_single, dma_mapping_error, DMA_TO_DEVICE, dma_unmap_single, vfree, vmalloc } from 'linux'
const dev = sim.device('d')
const v = vmalloc(4096)!
const h = dma_map_single(dev, v, 4096, DMA_TO_DEVICE)
if (!dma_mapping_error(dev, h)) dma_unmap_single(dev, h, 4096, DMA_TO_DEVICE)
vfree(v)
