import { GFP_KERNEL, Owned, PAGE_SIZE, VBox, type Ownable } from 'kernel'
import { DMA_TO_DEVICE, type device } from 'linux'
import { sim } from 'sim'
import { NvkmFirmware, NvkmFirmwareData, type NvkmFirmwarePages } from 'thread/bonzini'

class Loader implements Ownable {
  list: NvkmFirmwarePages
  image: NvkmFirmware
  constructor(dev: device) {
    this.image = NvkmFirmware.new(NvkmFirmwareData.Sgt(VBox.new_uninit(2 * PAGE_SIZE, GFP_KERNEL)))
    this.list = this.image.get_sgl(dev, DMA_TO_DEVICE)
  }
  static release(_self: Loader): void {}
}

using loader = Owned.from_raw(new Loader(sim.device('gsp')))
loader.list.iter()
