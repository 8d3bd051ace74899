// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The same address can come back for the next mapping; its unmap is the first of that one.
import { DMA_FROM_DEVICE, dma_map_single, dma_mapping_error, dma_unmap_single, GFP_KERNEL, kfree, kzalloc } from 'linux'
import { device } from 'sim'

const nic = device('nic')
const buffer = kzalloc(256, GFP_KERNEL)!
for (let i = 0; i < 3; i++) {
  const dma = dma_map_single(nic, buffer, 256, DMA_FROM_DEVICE)
  if (dma_mapping_error(nic, dma) !== 0) break
  dma_unmap_single(nic, dma, 256, DMA_FROM_DEVICE)
}
kfree(buffer)
