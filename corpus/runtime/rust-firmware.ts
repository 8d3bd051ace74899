// @era v6.18 next memdesc
// @expect none
// Firmware for a GPU, both ways: a table that owns its pages (nova), and the sketch of the thread, where the list borrows
// from the firmware. The device reads what the CPU wrote; everything is dropped in the order that the types say.
import { DataDirection, GFP_KERNEL, PAGE_SIZE, SGTable, VBox, VVec } from 'kernel'
import { NvkmFirmware, NvkmFirmwareData, ToComponentPage } from 'thread/bonzini'
import { BUG_ON } from 'linux'
import { device } from 'sim'

const dev = device('gpu', { iommu: true })

function nova(): void {
  const image = VVec.with_capacity(3 * PAGE_SIZE, GFP_KERNEL)
  image.extend_with(2 * PAGE_SIZE, 0x5a, GFP_KERNEL)
  using table = SGTable.new(dev, image, DataDirection.ToDevice, GFP_KERNEL)
  let bytes = 0
  for (const entry of table.iter()) {
    if (bytes === 0) BUG_ON(dev.dma_read(entry.dma_address(), 1)[0] !== 0x5a)
    bytes += entry.dma_len()
  }
  BUG_ON(bytes !== 3 * PAGE_SIZE)
}

function sketch(): void {
  const image = VBox.new_uninit(2 * PAGE_SIZE, GFP_KERNEL)
  for (const i of [0, 1]) ToComponentPage.to_component_page(image, i).write_raw([i + 1], 0, 1)
  using firmware = NvkmFirmware.new(NvkmFirmwareData.Sgt(image))
  using list = firmware.get_sgl(dev, DataDirection.ToDevice)
  const [first] = list.iter()
  BUG_ON(dev.dma_read(first!.dma_address, 1)[0] !== 1)
  BUG_ON(firmware.page(1).with_page_mapped((p) => p.read_u8(0)) !== 2)
}

nova()
sketch()
