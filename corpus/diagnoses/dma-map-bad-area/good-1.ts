// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A buffer of its own for each; what the device only reads may overlap.
import { DMA_FROM_DEVICE, dma_map_single, dma_mapping_error, DMA_TO_DEVICE, dma_unmap_single, GFP_KERNEL, kfree, kmalloc } from 'linux'
import { sim } from 'sim'

const dev = sim.device('i2c')
const state = kmalloc(64, GFP_KERNEL)!
const reply = kmalloc(64, GFP_KERNEL)!
const x = dma_map_single(dev, state, 64, DMA_TO_DEVICE)
const y = dma_map_single(dev, state.add(32), 32, DMA_TO_DEVICE)
const z = dma_map_single(dev, reply, 64, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, x) === 0) dma_unmap_single(dev, x, 64, DMA_TO_DEVICE)
if (dma_mapping_error(dev, y) === 0) dma_unmap_single(dev, y, 32, DMA_TO_DEVICE)
if (dma_mapping_error(dev, z) === 0) dma_unmap_single(dev, z, 64, DMA_FROM_DEVICE)
kfree(state)
kfree(reply)
