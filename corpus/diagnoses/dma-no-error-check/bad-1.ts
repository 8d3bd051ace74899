// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect dma-no-error-check 11
//
// The map fails and the device is given the error value.
import { dma_map_single, DMA_TO_DEVICE, GFP_KERNEL, kfree, kmalloc } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nic')
const buf = kmalloc(512, GFP_KERNEL)!
sim.fail_next('dma_map_single')
const h = dma_map_single(dev, buf, 512, DMA_TO_DEVICE)
dev.dma_read(h, 16)
kfree(buf)
