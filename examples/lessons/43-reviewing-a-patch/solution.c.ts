import { DMA_TO_DEVICE, dma_map_page, dma_mapping_error, dma_unmap_page, PAGE_SIZE, vfree } from 'linux'
import { vmalloc, vmalloc_to_page } from 'linux'
import { sim } from 'sim'

const dev = sim.device('gsp')
const image = vmalloc(PAGE_SIZE)!
image.write_u32(0, 0x5a5a5a5a)
const page = vmalloc_to_page(image)!

const handle = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE)
if (dma_mapping_error(dev, handle) === 0) {
  dev.dma_read(handle, 4)
  dma_unmap_page(dev, handle, PAGE_SIZE, DMA_TO_DEVICE)
}
vfree(image)
