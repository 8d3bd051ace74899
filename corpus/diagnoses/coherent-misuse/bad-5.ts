// @era all
// @expect coherent-misuse 13
//
// Freed a second time: the pages are somebody else's by then, and go from under them.
import { __free_page, alloc_page, dma_alloc_coherent, dma_free_coherent, GFP_DMA32, GFP_KERNEL } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nvme')
const handle: bigint[] = []
const queue = dma_alloc_coherent(dev, 4096, handle, GFP_KERNEL)!
dma_free_coherent(dev, 4096, queue, handle[0]!)
const page = alloc_page(GFP_DMA32)!
dma_free_coherent(dev, 4096, queue, handle[0]!)
__free_page(page)
