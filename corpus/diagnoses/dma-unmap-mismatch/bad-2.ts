// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine iommu=on
// @expect dma-unmap-mismatch 15
//
// The IOMMU merged the entries, and the list is unmapped with the number the map returned.
import { __free_pages, alloc_pages, dma_map_sg, DMA_TO_DEVICE, dma_unmap_sg, GFP_KERNEL, nth_page, PAGE_SIZE, scatterlist, sg_init_table, sg_set_page } from 'linux'
import { sim } from 'sim'

const dev = sim.device('disk')
const block = alloc_pages(GFP_KERNEL, 2)!
const sgl: scatterlist[] = []
sg_init_table(sgl, 4)
for (let i = 0; i < 4; i++) sg_set_page(sgl[i]!, nth_page(block, i), PAGE_SIZE, 0)
const n = dma_map_sg(dev, sgl, 4, DMA_TO_DEVICE)
if (n > 0) dma_unmap_sg(dev, sgl, n, DMA_TO_DEVICE)
__free_pages(block, 2)
