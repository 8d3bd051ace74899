// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine iommu=on
// @expect coherent-misuse 15
// @expect coherent-misuse 16
//
// The handles of two queues are mixed up at the free.
import { dma_alloc_coherent, dma_free_coherent, GFP_KERNEL } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nvme')
const one: bigint[] = []
const two: bigint[] = []
const submit = dma_alloc_coherent(dev, 4096, one, GFP_KERNEL)!
const complete = dma_alloc_coherent(dev, 4096, two, GFP_KERNEL)!
dma_free_coherent(dev, 4096, submit, two[0]!)
dma_free_coherent(dev, 4096, complete, one[0]!)
