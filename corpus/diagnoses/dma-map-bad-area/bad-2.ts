// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect dma-map-bad-area 11
//
// Two halves of one cache line go to the device at once.
import { DMA_FROM_DEVICE, dma_map_single, dma_mapping_error, dma_unmap_single, GFP_KERNEL, kfree, kmalloc } from 'linux'
import { sim } from 'sim'

const dev = sim.device('i2c')
const state = kmalloc(64, GFP_KERNEL)!
const status = dma_map_single(dev, state, 32, DMA_FROM_DEVICE)
const data = dma_map_single(dev, state.add(32), 32, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, status) === 0) dma_unmap_single(dev, status, 32, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, data) === 0) dma_unmap_single(dev, data, 32, DMA_FROM_DEVICE)
kfree(state)
