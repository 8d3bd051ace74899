// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Part of a buffer is handed back; the CPU reads that part only.
import { __free_page, alloc_page, DMA_FROM_DEVICE, dma_map_page, dma_mapping_error, dma_sync_single_for_cpu, dma_sync_single_for_device, dma_unmap_page, GFP_KERNEL, page_address, PAGE_SIZE } from 'linux'
import { sim } from 'sim'

const dev = sim.device('nic', { iommu: true })
const page = alloc_page(GFP_KERNEL)!
const bytes = page_address(page)!
const dma = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_FROM_DEVICE)
if (dma_mapping_error(dev, dma) === 0) {
  dev.dma_write(dma + 2048n, [9])
  dma_sync_single_for_cpu(dev, dma + 2048n, 128, DMA_FROM_DEVICE)
  bytes.read_u32(2048)
  dma_sync_single_for_device(dev, dma + 2048n, 128, DMA_FROM_DEVICE)
  dma_unmap_page(dev, dma, PAGE_SIZE, DMA_FROM_DEVICE)
}
__free_page(page)
