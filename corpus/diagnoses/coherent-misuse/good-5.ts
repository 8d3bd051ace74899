// @era all
// @expect none
//
// Freed once: the pointer is forgotten, and dma_free_coherent() of NULL does nothing.
import { __free_page, alloc_page, dma_alloc_coherent, dma_free_coherent, GFP_DMA32, GFP_KERNEL } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nvme')
const handle: bigint[] = []
let queue = dma_alloc_coherent(dev, 4096, handle, GFP_KERNEL)
dma_free_coherent(dev, 4096, queue, handle[0]!)
queue = null
const page = alloc_page(GFP_DMA32)!
dma_free_coherent(dev, 4096, queue, handle[0]!)
__free_page(page)
