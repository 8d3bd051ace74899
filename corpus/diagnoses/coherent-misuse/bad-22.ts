// @era all
// @expect coherent-misuse 13
// @expect coherent-misuse 14
//
// The handles of two queues are mixed up at the free, without an IOMMU: each free takes the other's pages.
import { dma_alloc_coherent, dma_free_coherent, GFP_KERNEL } from 'linux'
import { sim } from 'sim'
const dev = sim.device('nvme')
const one: bigint[] = []
const two: bigint[] = []
const submit = dma_alloc_coherent(dev, 4096, one, GFP_KERNEL)!
const complete = dma_alloc_coherent(dev, 4096, two, GFP_KERNEL)!
dma_free_coherent(dev, 4096, submit, two[0]!)
dma_free_coherent(dev, 4096, complete, one[0]!)
