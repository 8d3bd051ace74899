// @era all
// @expect not-in-this-era radix3.ts:7 v6.12 v6.14 v6.17 v6.18
// @expect not-in-this-era radix3.ts:8 v6.12 v6.14 v6.17
// @expect coherent-misuse radix3.ts:39 next memdesc
//
// MISTAKE: what no type prevents. A DMA address is a number, the GSP keeps it, and reads when table, list and pages
// have been dropped.
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
let boot = 0n
with_firmware(gpu, image, (level0) => {
  boot = level0
})
pr_info(`the GSP reads ${read_u64(boot)}`)
