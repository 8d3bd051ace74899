// @era all
// @expect not-in-this-era radix3.ts:7 v6.12 v6.14 v6.17 v6.18
// @expect not-in-this-era radix3.ts:8 v6.12 v6.14 v6.17
//
// The GSP walks the three levels and reads the image. Nobody can free the pages: they were moved into the table.
import { GFP_KERNEL, PAGE_SIZE, VVec } from 'kernel'
import { pr_info } from 'linux'
import { device } from 'sim'
import { with_firmware } from './radix3.ts'

const gpu = device('gsp', { iommu: true })
const read_u64 = (at: bigint): bigint =>
  gpu.dma_read(at, 8).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
const image = VVec.with_capacity<number>(2 * PAGE_SIZE, GFP_KERNEL)
image.extend_with(PAGE_SIZE, 0x11, GFP_KERNEL)
image.extend_with(PAGE_SIZE, 0x22, GFP_KERNEL)
with_firmware(gpu, image, (level0) => {
  const level2 = read_u64(read_u64(level0))
  for (const i of [0n, 8n]) pr_info(`the GSP reads ${gpu.dma_read(read_u64(level2 + i), 1)[0]}`)
})
