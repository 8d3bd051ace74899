// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The list may be freed after its pages: sg_free_table() looks at entries only.
import { __free_page, alloc_page, dma_map_sgtable, DMA_TO_DEVICE, dma_unmap_sgtable, GFP_KERNEL, PAGE_SIZE, sg_alloc_table_from_pages, sg_free_table, sg_table } from 'linux'
import { sim } from 'sim'

const dev = sim.device('disk')
const page = alloc_page(GFP_KERNEL)!
const sgt = new sg_table()
const err = sg_alloc_table_from_pages(sgt, [page], 1, 0, PAGE_SIZE, GFP_KERNEL)
if (err === 0 && dma_map_sgtable(dev, sgt, DMA_TO_DEVICE, 0) === 0) dma_unmap_sgtable(dev, sgt, DMA_TO_DEVICE, 0)
__free_page(page)
sg_free_table(sgt)
