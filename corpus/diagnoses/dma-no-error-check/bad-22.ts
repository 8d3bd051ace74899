// @era v6.12
// @expect dma-no-error-check 12
//
// dma_map_sg() returns how many entries were mapped, 0 for failure; the call stands alone.
import { sim } from 'sim'
import { dma_map_sg, DMA_TO_DEVICE, dma_unmap_sg, GFP_KERNEL, kfree, kmalloc, sg_init_table, sg_set_buf } from 'linux'
const dev = sim.device('d')
const b = kmalloc(512, GFP_KERNEL)!
const sg: any = [{}]
sg_init_table(sg, 1)
sg_set_buf(sg[0], b, 512)
dma_map_sg(dev, sg, 1, DMA_TO_DEVICE)
dma_unmap_sg(dev, sg, 1, DMA_TO_DEVICE)
kfree(b)
