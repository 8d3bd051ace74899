// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine swiotlb=force
// @expect none
//
// Handed back for the CPU, and to the device again; what the device only reads the CPU may read too.
import { DMA_FROM_DEVICE, dma_map_single, dma_mapping_error, dma_sync_single_for_cpu, dma_sync_single_for_device, DMA_TO_DEVICE, dma_unmap_single, GFP_KERNEL, kfree, kzalloc, pr_info } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nic')
const status = kzalloc(64, GFP_KERNEL)!
const handle = dma_map_single(dev, status, 64, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, handle) === 0) {
  dev.dma_write(handle, [7])
  dma_sync_single_for_cpu(dev, handle, 64, DMA_FROM_DEVICE)
  pr_info(`early ${status.read_u8(0)}`)
  dma_sync_single_for_device(dev, handle, 64, DMA_FROM_DEVICE)
  dma_unmap_single(dev, handle, 64, DMA_FROM_DEVICE)
}
const out = dma_map_single(dev, status, 64, DMA_TO_DEVICE)
if (dma_mapping_error(dev, out) === 0) {
  pr_info(`sent ${status.read_u8(0)}`)
  dma_unmap_single(dev, out, 64, DMA_TO_DEVICE)
}
kfree(status)
