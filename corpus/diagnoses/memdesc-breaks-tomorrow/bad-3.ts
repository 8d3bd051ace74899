// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect memdesc-breaks-tomorrow 11 memdesc
//
// A reference keeps the page of a freed area, and a device reads it: legal until pages of areas have no count.
import { DMA_TO_DEVICE, dma_map_page, dma_mapping_error, dma_unmap_page, get_page, PAGE_SIZE, put_page } from 'linux'
import { vfree, vmalloc, vmalloc_to_page } from 'linux'
import { sim } from 'sim'

const image = vmalloc(PAGE_SIZE)!
const page = vmalloc_to_page(image)!
get_page(page)
image.write_u32(0, 0x5a5a5a5a)
vfree(image)
const dev = sim.device('gsp')
const handle = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE)
if (dma_mapping_error(dev, handle) === 0) {
  dev.dma_read(handle, 4)
  dma_unmap_page(dev, handle, PAGE_SIZE, DMA_TO_DEVICE)
}
put_page(page)
