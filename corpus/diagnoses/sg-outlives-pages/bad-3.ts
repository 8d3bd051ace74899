// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect sg-outlives-pages 19
//
// The pages are freed before the unmap, on the error path.
import { __free_page, alloc_page, DMA_BIDIRECTIONAL, dma_map_sg, dma_unmap_sg, EIO, GFP_KERNEL, PAGE_SIZE, scatterlist, sg_init_table, sg_set_page } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nic')
const pages = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_KERNEL)!]
const sgl: scatterlist[] = []
sg_init_table(sgl, pages.length)
pages.forEach((page, i) => sg_set_page(sgl[i]!, page, PAGE_SIZE, 0))

function start(): number {
  if (dma_map_sg(dev, sgl, pages.length, DMA_BIDIRECTIONAL) === 0) return -EIO
  return 0
}
const err = start()
for (const page of pages) __free_page(page)
if (err === 0) dma_unmap_sg(dev, sgl, pages.length, DMA_BIDIRECTIONAL)
