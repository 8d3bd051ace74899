// @machine memory=64M debug=off
// @expect none
//
// What a device with a short mask gets (dma_capable(), dma_direct_alloc()): memory above its mask is not mapped, coherent
// memory comes from the zone that the mask asks for. Behind an IOMMU any mask will do, and addresses are below it.
import { __free_page, __free_pages, alloc_page, alloc_pages, dma_alloc_coherent, DMA_BIT_MASK, dma_free_coherent, dma_map_page } from 'linux'
import {
  dma_map_sg,
  dma_mapping_error,
  dma_set_coherent_mask,
  dma_set_mask,
  DMA_TO_DEVICE,
  dma_unmap_page,
} from 'linux'
import { __GFP_DMA, GFP_KERNEL, page_zone_name, sg_init_table, sg_set_page, virt_to_page } from 'linux'
import { dma_unmap_sg } from 'linux'
import { device } from 'sim'
import { is } from './is.ts'

const isa = device('isa')
const far = device('far', { iommu: true })
is('set mask', dma_set_mask(isa, DMA_BIT_MASK(24)), 0)
is('too short', dma_set_mask(isa, DMA_BIT_MASK(23)), -5)
is('iommu', dma_set_mask(far, DMA_BIT_MASK(16)), 0)

const high = alloc_page(GFP_KERNEL)!
const low = alloc_page(GFP_KERNEL | __GFP_DMA)!
const one = dma_map_page(isa, high, 0, 4096, DMA_TO_DEVICE)
is('above the mask', dma_mapping_error(isa, one), -12)
const two = dma_map_page(isa, low, 0, 4096, DMA_TO_DEVICE)
is('below it', dma_mapping_error(isa, two), 0)
dma_unmap_page(isa, two, 4096, DMA_TO_DEVICE)

const list = [{}, {}] as never[]
sg_init_table(list, 2)
sg_set_page(list[0]!, low, 4096, 0)
sg_set_page(list[1]!, high, 4096, 0)
is('list', dma_map_sg(isa, list, 2, DMA_TO_DEVICE), 0)
const there = dma_map_sg(far, list, 2, DMA_TO_DEVICE)
is('list behind an IOMMU', there, 1)
dma_unmap_sg(far, list, 2, DMA_TO_DEVICE)

// An IOMMU hands out bus addresses from the top of what the mask allows; page 0 stays free.
const near = dma_map_page(far, high, 0, 4096, DMA_TO_DEVICE)
is('the highest page of 16 bits, after a list of two', near, 0xd000n)
const taken: bigint[] = []
for (let i = 0; i < 12; i++) taken.push(dma_map_page(far, high, 0, 4096, DMA_TO_DEVICE))
is('the lowest', taken.at(-1), 0x1000n)
taken.push(dma_map_page(far, high, 0, 4096, DMA_TO_DEVICE))
is('no address is left', dma_mapping_error(far, taken.pop()!), -12)
for (const address of [near, ...taken]) {
  is('an address', dma_mapping_error(far, address), 0)
  dma_unmap_page(far, address, 4096, DMA_TO_DEVICE)
}
is('64 bits', dma_set_mask(far, DMA_BIT_MASK(64)), 0)
const block = alloc_pages(GFP_KERNEL, 2)!
const wide = dma_map_page(far, block, 0, 3 * 4096, DMA_TO_DEVICE)
is('below 4 GiB first', wide, 0xffff_c000n)
is('it is one', dma_mapping_error(far, wide), 0)
dma_unmap_page(far, wide, 3 * 4096, DMA_TO_DEVICE)
__free_pages(block, 2)

// The coherent mask is another one, of 32 bits until it is set.
const handle: bigint[] = []
const before = dma_alloc_coherent(isa, 4096, handle, GFP_KERNEL)!
is('zone by 32 bits', page_zone_name(virt_to_page(before)), 'DMA32')
dma_free_coherent(isa, 4096, before, handle[0]!)
is('set coherent mask', dma_set_coherent_mask(isa, DMA_BIT_MASK(24)), 0)
const after = dma_alloc_coherent(isa, 5000, handle, GFP_KERNEL)!
is('zone by 24 bits', page_zone_name(virt_to_page(after)), 'DMA')
is('zeroes', after.read_u8(4999), 0)
dma_free_coherent(isa, 5000, after, handle[0]!)
__free_page(high)
__free_page(low)
