// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine swiotlb=force
// @expect cpu-touch-device-owned 14
//
// The CPU looks for the result while the buffer belongs to the device; with a bounce buffer it sees old bytes.
import { DMA_FROM_DEVICE, dma_map_single, dma_mapping_error, dma_unmap_single, GFP_KERNEL, kfree, kzalloc, pr_info } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nic')
const status = kzalloc(64, GFP_KERNEL)!
const handle = dma_map_single(dev, status, 64, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, handle) === 0) {
  dev.dma_write(handle, [7])
  pr_info(`early ${status.read_u8(0)}`)
  dma_unmap_single(dev, handle, 64, DMA_FROM_DEVICE)
  pr_info(`late ${status.read_u8(0)}`)
}
kfree(status)
