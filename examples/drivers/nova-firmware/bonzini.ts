// @era all
// @expect none
//
// Bonzini's sketch (message 16): the firmware owns memory, pages and list are borrowed from it. The list ends before
// the firmware's.
import { GFP_KERNEL, KBox, PAGE_SIZE, VBox } from 'kernel'
import { NvkmFirmware, NvkmFirmwareData, ToComponentPage, ToComponentPageMut } from 'thread/bonzini'
import { DMA_TO_DEVICE, pr_info } from 'linux'
import { device } from 'sim'

const gpu = device('gpu', { iommu: true })

function sgt(): void {
  const image = VBox.new_uninit(2 * PAGE_SIZE, GFP_KERNEL)
  ToComponentPage.to_component_page(image, 0).write_raw([0x11], 0, 1)
  ToComponentPageMut.to_component_page_mut(image, 1).write_raw([0x22], 0, 1)
  using firmware = NvkmFirmware.new(NvkmFirmwareData.Sgt(image))
  using list = firmware.get_sgl(gpu, DMA_TO_DEVICE)
  for (const { dma_address, dma_len } of list.iter())
    pr_info(`the GPU reads ${gpu.dma_read(dma_address, 1)[0]}, of ${dma_len} bytes`)
}

function ram(): void {
  const image = KBox.new_uninit(PAGE_SIZE, GFP_KERNEL)
  image.as_ptr()!.write_u8(0, 0x33)
  using firmware = NvkmFirmware.new(NvkmFirmwareData.Ram(image))
  pr_info(`${firmware.kind()}: ${firmware.page(0).with_pointer_into_page(0, 1, (p) => p.read_u8(0))}`)
}

sgt()
ram()
