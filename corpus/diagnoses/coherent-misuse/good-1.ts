// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine iommu=on
// @expect none
//
// Device halted, then freed with the values of the allocation; CPU and device may both use it before.
import { dma_alloc_coherent, dma_free_coherent, GFP_KERNEL } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nvme')
const handle: bigint[] = []
const queue = dma_alloc_coherent(dev, 8192, handle, GFP_KERNEL)
if (queue !== null) {
  dev.dma_write(handle[0]!, [1])
  queue.write_u8(0, queue.read_u8(0) + 1)
  dev.unbind()
  dma_free_coherent(dev, 8192, queue, handle[0]!)
}
