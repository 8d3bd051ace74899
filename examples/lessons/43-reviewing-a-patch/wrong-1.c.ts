import { DMA_TO_DEVICE, dma_map_page, dma_mapping_error, dma_unmap_page, PAGE_SIZE, vfree, vmalloc } from 'linux'
import { vmalloc_to_page } from 'linux'
import { sim } from 'sim'

const dev = sim.device('gsp')
const image = vmalloc(PAGE_SIZE)!
image.write_u32(0, 0x5a5a5a5a)
const raw = vmalloc_to_page(image)!
const handle = dma_map_page(dev, raw, 0, PAGE_SIZE, DMA_TO_DEVICE)
vfree(image)
if (dma_mapping_error(dev, handle) === 0) {
  dev.dma_read(handle, 4)
  dma_unmap_page(dev, handle, PAGE_SIZE, DMA_TO_DEVICE)
}
