// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect dma-free-while-mapped 11
//
// A loop over the buffers of a ring makes one mistake, three times.
import { __free_page, alloc_page, dma_map_page, dma_mapping_error, dma_unmap_page } from 'linux'
import { DMA_FROM_DEVICE, GFP_KERNEL } from 'linux'
import { device } from 'sim'
const dev = device('eth0')
const clear = ({ page, at }: { page: ReturnType<typeof alloc_page>; at: bigint }) => {
  if (page === null) return
  __free_page(page)
  dma_unmap_page(dev, at, 4096, DMA_FROM_DEVICE)
}
const ring = [0, 1, 2].map(() => alloc_page(GFP_KERNEL)!).map((page) => {
  const at = dma_map_page(dev, page, 0, 4096, DMA_FROM_DEVICE)
  return { page: dma_mapping_error(dev, at) ? null : page, at }
})
ring.forEach(clear)
