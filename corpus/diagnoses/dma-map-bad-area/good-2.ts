// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Two halves of one buffer, on cache lines of their own; what devices only read may be mapped twice.
import { DMA_FROM_DEVICE, DMA_TO_DEVICE, dma_map_single, dma_mapping_error, dma_unmap_single } from 'linux'
import { GFP_KERNEL, kfree, kzalloc } from 'linux'
import { device } from 'sim'

const nic = device('nic')
const buffer = kzalloc(256, GFP_KERNEL)!
const text = kzalloc(64, GFP_KERNEL)!
const maps = [
  { at: buffer, bytes: 128, direction: DMA_FROM_DEVICE },
  { at: buffer.add(128), bytes: 128, direction: DMA_FROM_DEVICE },
  { at: text, bytes: 64, direction: DMA_TO_DEVICE },
  { at: text, bytes: 64, direction: DMA_TO_DEVICE },
].map((each) => ({ ...each, dma: dma_map_single(nic, each.at, each.bytes, each.direction) }))
for (const { dma, bytes, direction } of maps) {
  if (dma_mapping_error(nic, dma) === 0) dma_unmap_single(nic, dma, bytes, direction)
}
kfree(text)
kfree(buffer)
