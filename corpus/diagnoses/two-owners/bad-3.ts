// @era next memdesc
// @expect two-owners 14
//
// An object that has an owner is wrapped again: release() will run twice.
import { Owned, type Ownable } from 'kernel'
import { GFP_KERNEL, kfree, kzalloc } from 'linux'

class Ring implements Ownable {
  buffer = kzalloc(256, GFP_KERNEL)!
  static release(self: Ring): void { kfree(self.buffer) }
}
const ring = new Ring()
using first = Owned.from_raw(ring)
using second = Owned.from_raw(ring)
second.buffer.write_u8(0, first.buffer.read_u8(0))
