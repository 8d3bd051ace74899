// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect dma-free-while-mapped 15
//
// One of two mappings of a buffer is ended; the other still reaches it.
import { dma_map_single, dma_mapping_error, DMA_TO_DEVICE, dma_unmap_single, GFP_KERNEL, kfree, kmalloc } from 'linux'
import { sim } from 'sim'

const first = sim.device('first')
const second = sim.device('second', { iommu: true })
const frame = kmalloc(1024, GFP_KERNEL)!
const x = dma_map_single(first, frame, 1024, DMA_TO_DEVICE)
const y = dma_map_single(second, frame, 1024, DMA_TO_DEVICE)
if (dma_mapping_error(first, x) === 0 && dma_mapping_error(second, y) === 0) {
  dma_unmap_single(first, x, 1024, DMA_TO_DEVICE)
  kfree(frame)
  dma_unmap_single(second, y, 1024, DMA_TO_DEVICE)
}
