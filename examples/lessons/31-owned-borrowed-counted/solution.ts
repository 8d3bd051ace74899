import { Owned, drop, type Ownable } from 'kernel'
import { pr_info } from 'linux'

class Firmware implements Ownable {
  bytes = 4096
  static release(self: Firmware): void {
    pr_info(`release ${self.bytes}`)
  }
}

function load(image: Firmware): void {
  pr_info(`load ${image.bytes}`)
}

const firmware = Owned.from_raw(new Firmware())
load(firmware)
pr_info(`loaded ${firmware.bytes}`)
drop(firmware)
