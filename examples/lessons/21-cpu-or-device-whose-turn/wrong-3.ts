import { DMA_FROM_DEVICE, dma_map_single, dma_mapping_error, dma_unmap_single, GFP_KERNEL } from 'linux'
import { kfree, kzalloc, pr_info } from 'linux'
import { sim } from 'sim'

// On a kinder machine the number is right, the mistake is the same.
const dev = sim.device('nic')
const status = kzalloc(64, GFP_KERNEL)!
const handle = dma_map_single(dev, status, 64, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, handle) === 0) {
  dev.dma_write(handle, [7])
  pr_info(`early ${status.read_u8(0)}`)
  dma_unmap_single(dev, handle, 64, DMA_FROM_DEVICE)
}
kfree(status)
