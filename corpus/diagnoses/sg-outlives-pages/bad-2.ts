// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect sg-outlives-pages 13
//
// The list is unmapped, its pages are freed, and then it is mapped a second time.
import { __free_pages, alloc_pages, dma_map_sgtable, DMA_TO_DEVICE, dma_unmap_sgtable, GFP_KERNEL, nth_page, PAGE_SIZE, sg_alloc_table_from_pages, sg_free_table, sg_table } from 'linux'
import { sim } from 'sim'

const dev = sim.device('disk')
const block = alloc_pages(GFP_KERNEL, 1)!
const table = new sg_table()

function send(): void {
  if (dma_map_sgtable(dev, table, DMA_TO_DEVICE, 0) !== 0) return
  dma_unmap_sgtable(dev, table, DMA_TO_DEVICE, 0)
}

if (sg_alloc_table_from_pages(table, [block, nth_page(block, 1)], 2, 0, 2 * PAGE_SIZE, GFP_KERNEL) === 0) {
  send()
  __free_pages(block, 1)
  send()
  sg_free_table(table)
} else {
  __free_pages(block, 1)
}
