// @era v6.12
// @expect dma-double-unmap 12
//
// The stop function runs from two paths.
import { sim } from 'sim'
import { DMA_FROM_DEVICE, dma_map_single, dma_mapping_error, dma_unmap_single, GFP_KERNEL, kfree } from 'linux'
import { kmalloc } from 'linux'
const dev = sim.device('d')
const b = kmalloc(512, GFP_KERNEL)!
const h = dma_map_single(dev, b, 512, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, h)) throw new Error('x')
const stop = () => dma_unmap_single(dev, h, 512, DMA_FROM_DEVICE)
stop(); stop()
kfree(b)
