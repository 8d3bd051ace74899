// @era all
// @expect none
//
// The list borrows from the firmware, and ends before it.
import { GFP_KERNEL, PAGE_SIZE, VBox, drop } from 'kernel'
import { NvkmFirmware, NvkmFirmwareData } from 'thread/bonzini'
import { DMA_TO_DEVICE, pr_info } from 'linux'
import { device } from 'sim'

const gpu = device('gpu', { iommu: true })
const firmware = NvkmFirmware.new(NvkmFirmwareData.Sgt(VBox.new_uninit(2 * PAGE_SIZE, GFP_KERNEL)))
const list = firmware.get_sgl(gpu, DMA_TO_DEVICE)
pr_info(`${list.iter().length} entries`)
drop(list)
drop(firmware)
