// @era v6.12
// @expect dma-no-error-check 13
//
// dma_map_sgtable() returns an errno, and nobody looks.
import { sim } from 'sim'
import { __free_page, alloc_page, dma_map_sgtable, DMA_TO_DEVICE, dma_unmap_sgtable, GFP_KERNEL } from 'linux'
import { sg_alloc_table, sg_dma_address, sg_free_table, sg_set_page } from 'linux'
const dev = sim.device('d')
const pg = alloc_page(GFP_KERNEL)!
const t: any = {}
sg_alloc_table(t, 1, GFP_KERNEL)
sg_set_page(t.sgl, pg, 4096, 0)
dma_map_sgtable(dev, t, DMA_TO_DEVICE, 0)
dev.dma_read(sg_dma_address(t.sgl), 16)
dma_unmap_sgtable(dev, t, DMA_TO_DEVICE, 0)
sg_free_table(t)
__free_page(pg)
