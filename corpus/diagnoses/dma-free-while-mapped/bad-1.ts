// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect dma-free-while-mapped 12
//
// The object is freed before the unmap: the device writes into the next owner's object.
import { DMA_FROM_DEVICE, dma_map_single, dma_mapping_error, dma_unmap_single, GFP_KERNEL, kfree, kmalloc } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nic')
const a = kmalloc(256, GFP_KERNEL)!
const handle = dma_map_single(dev, a, 256, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, handle) === 0) {
  kfree(a)
  dev.dma_write(handle, [0xde, 0xad])
  dma_unmap_single(dev, handle, 256, DMA_FROM_DEVICE)
} else {
  kfree(a)
}
