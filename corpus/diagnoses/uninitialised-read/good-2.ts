// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A device writes the buffer; a copy of what is not all written is no use yet; a read whose value nobody uses
// neither.
import { DMA_FROM_DEVICE, dma_map_single, dma_mapping_error, dma_unmap_single, GFP_KERNEL, kfree, kmalloc } from 'linux'
import { memcpy, pr_info } from 'linux'
import { device } from 'sim'

const nic = device('nic')
const buffer = kmalloc(64, GFP_KERNEL)!
const dma = dma_map_single(nic, buffer, 64, DMA_FROM_DEVICE)
if (dma_mapping_error(nic, dma) === 0) {
  nic.dma_write(dma, [1, 2, 3, 4])
  dma_unmap_single(nic, dma, 64, DMA_FROM_DEVICE)
  pr_info(`${buffer.read_u32(0)}`)
}
const record = kmalloc(64, GFP_KERNEL)!
const backup = kmalloc(64, GFP_KERNEL)!
record.write_u32(0, 1)
memcpy(backup, record, 64)
pr_info(`${backup.read_u32(0)}`)
record.read_u8(63)
for (const each of [buffer, record, backup]) kfree(each)
