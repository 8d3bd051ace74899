/**
 * GSP firmware as nova-core loads it (drivers/gpu/nova-core/firmware/gsp.rs): image and two levels of tables are VVecs,
 * each moved into an SGTable that owns pages, list and mapping; the top level is one coherent page. Entries are
 * 64-bit DMA addresses of the 4 KiB pages of the level below.
 */
import { GFP_KERNEL, PAGE_SIZE, VVec } from 'kernel'
import { Coherent } from 'kernel/dma'
import { SGTable } from 'kernel/scatterlist'
import { DMA_TO_DEVICE, type device } from 'linux'

const GSP_PAGE = 4096
type Pages = SGTable<VVec<number>>

/** The table of a level: an address for each GSP page of the level below, whatever the size of its entries. */
function map_into_lvl(below: Pages): VVec<number> {
  const addresses: number[] = []
  for (const entry of below.iter()) {
    for (let at = 0; at < entry.dma_len(); at += GSP_PAGE) {
      const address = entry.dma_address() + BigInt(at)
      for (let byte = 0n; byte < 8n; byte++) addresses.push(Number((address >> (8n * byte)) & 0xffn))
    }
  }
  const table = VVec.with_capacity<number>(Math.ceil(addresses.length / PAGE_SIZE) * PAGE_SIZE, GFP_KERNEL)
  table.extend_from_slice(addresses, GFP_KERNEL)
  table.extend_with(table.capacity() - table.len(), 0, GFP_KERNEL)
  return table
}

/** Calls back with the loaded firmware's top level; everything is dropped after that. */
export function with_firmware(gpu: device, image: VVec<number>, boot: (level0: bigint) => void): void {
  using fw = SGTable.new(gpu, image, DMA_TO_DEVICE, GFP_KERNEL)
  const table2 = map_into_lvl(fw)
  using level2 = SGTable.new(gpu, table2, DMA_TO_DEVICE, GFP_KERNEL)
  const table1 = map_into_lvl(level2)
  using level1 = SGTable.new(gpu, table1, DMA_TO_DEVICE, GFP_KERNEL)
  using level0 = Coherent.zeroed_slice(gpu, PAGE_SIZE / 8, GFP_KERNEL, 8)
  level0.field_write(0, level1.iter()[0]!.dma_address())
  boot(level0.dma_handle())
}
