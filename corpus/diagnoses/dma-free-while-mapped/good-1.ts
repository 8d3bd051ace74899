// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Unmapped first, then freed.
import { DMA_FROM_DEVICE, dma_map_single, dma_mapping_error, dma_unmap_single, GFP_KERNEL, kfree, kmalloc } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nic')
const a = kmalloc(256, GFP_KERNEL)!
const handle = dma_map_single(dev, a, 256, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, handle) === 0) {
  dev.dma_write(handle, [0xde, 0xad])
  dma_unmap_single(dev, handle, 256, DMA_FROM_DEVICE)
}
kfree(a)
