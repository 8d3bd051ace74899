// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect vmalloc-use-after-vfree 12
//
// A page of the area is given to a device after vfree().
import { DMA_TO_DEVICE, dma_map_page, dma_mapping_error, dma_unmap_page, vfree, vmalloc, vmalloc_to_page } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nic')
const v = vmalloc(4096)!
const p = vmalloc_to_page(v)!
vfree(v)
const dma = dma_map_page(dev, p, 0, 4096, DMA_TO_DEVICE)
if (!dma_mapping_error(dev, dma)) {
  dev.dma_read(dma, 8)
  dma_unmap_page(dev, dma, 4096, DMA_TO_DEVICE)
}
