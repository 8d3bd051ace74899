// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect dma-map-bad-area 10
//
// vmalloc memory is not in the linear map.
import { dma_map_single, dma_mapping_error, DMA_TO_DEVICE, dma_unmap_single, PAGE_SIZE, vfree, vmalloc } from 'linux'
import { sim } from 'sim'

const dev = sim.device('labdma')
const firmware = vmalloc(2 * PAGE_SIZE)!
const h = dma_map_single(dev, firmware, 2 * PAGE_SIZE, DMA_TO_DEVICE)
if (dma_mapping_error(dev, h) === 0) dma_unmap_single(dev, h, 2 * PAGE_SIZE, DMA_TO_DEVICE)
vfree(firmware)
