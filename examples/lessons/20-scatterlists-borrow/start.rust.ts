import { GFP_KERNEL, PAGE_SIZE, VBox, drop } from 'kernel'
import { DMA_FROM_DEVICE } from 'linux'
import { sim } from 'sim'
import { NvkmFirmware, NvkmFirmwareData } from 'thread/bonzini'

const dev = sim.device('gsp')
const image = NvkmFirmware.new(NvkmFirmwareData.Sgt(VBox.new_uninit(2 * PAGE_SIZE, GFP_KERNEL)))
const list = image.get_sgl(dev, DMA_FROM_DEVICE)

drop(image)
dev.dma_write(list.iter()[0]!.dma_address, [1, 2, 3, 4])
drop(list)
