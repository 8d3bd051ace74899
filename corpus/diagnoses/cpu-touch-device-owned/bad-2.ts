// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect cpu-touch-device-owned 13
//
// A descriptor is completed after the map: the device may not see it.
import { dma_map_single, dma_mapping_error, DMA_TO_DEVICE, dma_unmap_single, GFP_KERNEL, kfree, kmalloc, memset } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nic')
const packet = kmalloc(1500, GFP_KERNEL)!
memset(packet, 0x55, 1500)
const dma = dma_map_single(dev, packet, 1500, DMA_TO_DEVICE)
if (dma_mapping_error(dev, dma) === 0) {
  packet.write_u16(14, 0x1234)
  dev.dma_read(dma, 64)
  dma_unmap_single(dev, dma, 1500, DMA_TO_DEVICE)
}
kfree(packet)
