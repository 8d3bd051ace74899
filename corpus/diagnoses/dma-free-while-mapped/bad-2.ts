// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect dma-free-while-mapped 21
//
// The driver forgets the unmap: module exit frees the page of a mapping in force.
import { __free_page, alloc_page, dma_map_page, dma_mapping_error, DMA_TO_DEVICE, GFP_KERNEL, module_exit, page, PAGE_SIZE } from 'linux'
import { sim } from 'sim'

const dev = sim.device('crypto')
interface Ring { page: page; dma: bigint }
function open(): Ring | null {
  const page = alloc_page(GFP_KERNEL)!
  const dma = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE)
  if (dma_mapping_error(dev, dma) !== 0) {
    __free_page(page)
    return null
  }
  return { page, dma }
}
const ring = open()
module_exit(() => {
  if (ring !== null) __free_page(ring.page)
})
