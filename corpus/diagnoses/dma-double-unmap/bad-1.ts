// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect dma-double-unmap 13
//
// Error path and exit path both unmap.
import { dma_map_single, dma_mapping_error, DMA_TO_DEVICE, dma_unmap_single, GFP_KERNEL, kfree, kmalloc, module_exit } from 'linux'
import { sim } from 'sim'

const dev = sim.device('labdma')
const buf = kmalloc(512, GFP_KERNEL)!
const h = dma_map_single(dev, buf, 512, DMA_TO_DEVICE)
const mapped = dma_mapping_error(dev, h) === 0
function stop(): void {
  if (mapped) dma_unmap_single(dev, h, 512, DMA_TO_DEVICE)
}
stop()
module_exit(() => {
  stop()
  kfree(buf)
})
