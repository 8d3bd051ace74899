// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect page-use-after-free 11
//
// A freed page is mapped for a device.
import { DMA_TO_DEVICE, GFP_KERNEL, __free_page, alloc_page, dma_map_page, dma_mapping_error, dma_unmap_page } from 'linux'
import { sim } from 'sim'

const page = alloc_page(GFP_KERNEL)!
__free_page(page)
const dev = sim.device('nic')
const dma = dma_map_page(dev, page, 0, 4096, DMA_TO_DEVICE)
if (!dma_mapping_error(dev, dma)) dma_unmap_page(dev, dma, 4096, DMA_TO_DEVICE)
