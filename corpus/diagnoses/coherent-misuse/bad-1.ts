// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect coherent-misuse 12
//
// Freed with another size.
import { dma_alloc_coherent, dma_free_coherent, GFP_KERNEL } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nvme')
const handle: bigint[] = []
const queue = dma_alloc_coherent(dev, 8192, handle, GFP_KERNEL)!
queue.write_u32(0, 1)
dma_free_coherent(dev, 4096, queue, handle[0]!)
