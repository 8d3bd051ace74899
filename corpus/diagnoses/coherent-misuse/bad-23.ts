// @era all
// @expect coherent-misuse 10
//
// Freed with a size that is larger: the page behind it goes with it.
import { dma_alloc_coherent, dma_free_coherent, GFP_KERNEL } from 'linux'
import { sim } from 'sim'
const dev = sim.device('nvme')
const handle: bigint[] = []
const queue = dma_alloc_coherent(dev, 4096, handle, GFP_KERNEL)!
dma_free_coherent(dev, 8192, queue, handle[0]!)
