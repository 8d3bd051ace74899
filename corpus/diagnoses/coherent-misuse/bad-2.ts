// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect coherent-misuse 12
//
// Freed while the engine still runs: its next write goes to memory of somebody else.
import { dma_alloc_coherent, dma_free_coherent, GFP_KERNEL } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nvme')
const handle: bigint[] = []
const queue = dma_alloc_coherent(dev, 4096, handle, GFP_KERNEL)!
dev.dma_write(handle[0]!, [1])
dma_free_coherent(dev, 4096, queue, handle[0]!)
dev.dma_write(handle[0]! + 16n, [2])
