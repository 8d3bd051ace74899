// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect dma-no-error-check 11
//
// It works today, without a check: dma-debug tells at the unmap.
import { __free_page, alloc_page, DMA_FROM_DEVICE, dma_map_page, dma_unmap_page, GFP_KERNEL, PAGE_SIZE } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nic')
function receive(): void {
  const page = alloc_page(GFP_KERNEL)!
  const dma = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_FROM_DEVICE)
  dma_unmap_page(dev, dma, PAGE_SIZE, DMA_FROM_DEVICE)
  __free_page(page)
}
receive()
receive()
