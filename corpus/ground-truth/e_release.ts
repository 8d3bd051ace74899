// Case e_release: what a case before had mapped and held (a buffer, a list of four entries, coherent memory) is unmapped
// and freed: no message of DMA-API debugging.
// @machine memory=512M debug=on
// Measured: kasan-reports debug=on
import { __free_page, alloc_page, dma_alloc_coherent, dma_free_coherent, dma_map_sgtable, dma_map_single } from 'linux'
import { dma_mapping_error, dma_unmap_sgtable, dma_unmap_single, DMA_BIDIRECTIONAL, DMA_TO_DEVICE, GFP_KERNEL } from 'linux'
import { kfree, kmalloc, PAGE_SIZE, sg_alloc_table_from_pages, sg_free_table, sg_table } from 'linux'
import { sim } from 'sim'
import { say } from './measure.ts'

const dev = sim.device('labdma')
const buf = kmalloc(512, GFP_KERNEL)!
const handle = dma_map_single(dev, buf, 512, DMA_TO_DEVICE)
if (dma_mapping_error(dev, handle) !== 0) throw new Error('not mapped')
const pages = Array.from({ length: 4 }, () => alloc_page(GFP_KERNEL)!)
const table = new sg_table()
sg_alloc_table_from_pages(table, [...pages].reverse(), 4, 0, 4 * PAGE_SIZE, GFP_KERNEL)
if (dma_map_sgtable(dev, table, DMA_BIDIRECTIONAL, 0) !== 0) throw new Error('not mapped')
const at: bigint[] = []
const coherent = dma_alloc_coherent(dev, PAGE_SIZE, at, GFP_KERNEL)!

dma_unmap_single(dev, handle, 512, DMA_TO_DEVICE)
dma_unmap_sgtable(dev, table, DMA_BIDIRECTIONAL, 0)
dma_free_coherent(dev, PAGE_SIZE, coherent, at[0]!)
sg_free_table(table)
for (const page of pages) __free_page(page)
kfree(buf)
say(1, 'done', 1)
