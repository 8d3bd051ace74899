// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect dma-unmap-mismatch 14
// @expect dma-unmap-mismatch 15
//
// Another direction, and the function for pages on a single mapping.
import { DMA_FROM_DEVICE, dma_map_single, dma_mapping_error, DMA_TO_DEVICE, dma_unmap_page, dma_unmap_single, GFP_KERNEL, kfree, kmalloc } from 'linux'
import { sim } from 'sim'

const dev = sim.device('labdma')
const request = kmalloc(128, GFP_KERNEL)!
const reply = kmalloc(128, GFP_KERNEL)!
const to = dma_map_single(dev, request, 128, DMA_TO_DEVICE)
const from = dma_map_single(dev, reply, 128, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, to) === 0) dma_unmap_single(dev, to, 128, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, from) === 0) dma_unmap_page(dev, from, 128, DMA_FROM_DEVICE)
kfree(request)
kfree(reply)
