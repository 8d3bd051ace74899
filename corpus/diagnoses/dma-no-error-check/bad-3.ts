// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect dma-no-error-check 13
//
// dma_map_sg() returned 0; the list is used and unmapped all the same.
import { dma_map_sg, DMA_TO_DEVICE, dma_unmap_sg, GFP_KERNEL, kfree, kmalloc, scatterlist, sg_dma_address, sg_init_one } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nic')
const buf = kmalloc(512, GFP_KERNEL)!
const sg = new scatterlist()
sg_init_one(sg, buf, 512)
sim.fail_next('dma_map_sg')
dma_map_sg(dev, sg, 1, DMA_TO_DEVICE)
dev.dma_read(sg_dma_address(sg), 16)
dma_unmap_sg(dev, sg, 1, DMA_TO_DEVICE)
kfree(buf)
