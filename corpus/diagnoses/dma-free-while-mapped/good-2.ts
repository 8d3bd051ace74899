// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The buffer is freed after its unmap while a neighbour in the same slab page stays mapped.
import { DMA_TO_DEVICE, dma_map_single, dma_mapping_error, dma_unmap_single, GFP_KERNEL, kfree, kzalloc } from 'linux'
import { device } from 'sim'

const nic = device('nic')
const first = kzalloc(128, GFP_KERNEL)!
const second = kzalloc(128, GFP_KERNEL)!
const a = dma_map_single(nic, first, 128, DMA_TO_DEVICE)
const b = dma_map_single(nic, second, 128, DMA_TO_DEVICE)
if (dma_mapping_error(nic, a) === 0) dma_unmap_single(nic, a, 128, DMA_TO_DEVICE)
kfree(first)
if (dma_mapping_error(nic, b) === 0) dma_unmap_single(nic, b, 128, DMA_TO_DEVICE)
kfree(second)
