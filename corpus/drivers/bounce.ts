// @machine swiotlb=force
// @expect none
import {
  kmalloc,
  kfree,
  dma_map_single,
  dma_unmap_single,
  dma_mapping_error,
  dma_sync_single_for_cpu,
  DMA_BIDIRECTIONAL,
  GFP_KERNEL,
  ENOMEM,
  EIO,
  module_init,
  pr_info,
} from 'linux'
import { sim } from 'sim'
const dev = sim.device('old')
module_init(() => {
  const buf = kmalloc(600, GFP_KERNEL)
  if (!buf) return -ENOMEM
  buf.write_u32(0, 0x11)
  const dma = dma_map_single(dev, buf, 600, DMA_BIDIRECTIONAL)
  if (dma_mapping_error(dev, dma)) {
    kfree(buf)
    return -EIO
  }
  const sent = dev.dma_read(dma, 4)
  dev.dma_write(dma, new Uint8Array([0x22, 0, 0, 0]))
  dma_sync_single_for_cpu(dev, dma, 600, DMA_BIDIRECTIONAL)
  pr_info(`device saw ${sent[0]!.toString(16)}, cpu sees ${buf.read_u8(0).toString(16)}`)
  dma_unmap_single(dev, dma, 600, DMA_BIDIRECTIONAL)
  kfree(buf)
  return 0
})
