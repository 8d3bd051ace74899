// @machine swiotlb=force
import { DMA_FROM_DEVICE, dma_map_single, dma_mapping_error, dma_unmap_single, GFP_KERNEL } from 'linux'
import { kfree, kzalloc, pr_info } from 'linux'
import { sim } from 'sim'

// Unmapped too early: the driver wanted the device to go on.
const dev = sim.device('nic')
const status = kzalloc(64, GFP_KERNEL)!
const handle = dma_map_single(dev, status, 64, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, handle) === 0) {
  dev.dma_write(handle, [7])
  dma_unmap_single(dev, handle, 64, DMA_FROM_DEVICE)
  pr_info(`early ${status.read_u8(0)}`)
}
kfree(status)
