// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The check may stand in a helper; a failed map is not unmapped.
import { DMA_TO_DEVICE, dma_map_single, dma_mapping_error, dma_unmap_single, GFP_KERNEL, kfree, kzalloc } from 'linux'
import type { device as Device } from 'linux'
import { device, fail_next } from 'sim'

const nic = device('nic')
const buffer = kzalloc(256, GFP_KERNEL)!
const isGood = (dev: Device, dma: bigint) => dma_mapping_error(dev, dma) === 0
fail_next('dma_map_single')
for (let i = 0; i < 2; i++) {
  const dma = dma_map_single(nic, buffer, 256, DMA_TO_DEVICE)
  if (isGood(nic, dma)) dma_unmap_single(nic, dma, 256, DMA_TO_DEVICE)
}
kfree(buffer)
