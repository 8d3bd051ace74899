import { Owned, type Ownable } from 'kernel'
import { pr_info } from 'linux'

class Firmware implements Ownable {
  bytes = 4096
  static release(self: Firmware): void {
    pr_info(`release ${self.bytes}`)
  }
}

function load(image: Owned<Firmware>): void {
  using mine = image
  pr_info(`load ${mine.bytes}`)
}

// No mistake, but the caller no longer says that it loaded.
const firmware = Owned.from_raw(new Firmware())
load(firmware)
