// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine iommu=on
// @expect sg-iteration-mixup 16
//
// The number that dma_map_sg() returned bounds a loop over lengths; two ranges were merged to one entry each.
import { __free_pages, alloc_pages, dma_map_sg, DMA_TO_DEVICE, dma_unmap_sg, GFP_KERNEL, nth_page, PAGE_SIZE, pr_info, scatterlist, sg_init_table, sg_set_page } from 'linux'
import { sim } from 'sim'

const dev = sim.device('disk')
const block = alloc_pages(GFP_KERNEL, 3)!
const sgl: scatterlist[] = []
sg_init_table(sgl, 6)
for (let i = 0; i < 6; i++) sg_set_page(sgl[i]!, nth_page(block, i), i === 2 ? 100 : PAGE_SIZE, 0)
const n = dma_map_sg(dev, sgl, 6, DMA_TO_DEVICE)
let bytes = 0
for (let i = 0; i < n; i++) bytes += sgl[i]!.length
pr_info(`${bytes} bytes in ${n} entries`)
if (n > 0) dma_unmap_sg(dev, sgl, 6, DMA_TO_DEVICE)
__free_pages(block, 3)
