// @era next memdesc
// @expect none
//
// Given up with into_raw() first: the second owner is the only one.
import { Owned, type Ownable } from 'kernel'
import { GFP_KERNEL, kfree, kzalloc } from 'linux'

class Ring implements Ownable {
  buffer = kzalloc(256, GFP_KERNEL)!
  static release(self: Ring): void { kfree(self.buffer) }
}
const first = Owned.from_raw(new Ring())
using second = Owned.from_raw(Owned.into_raw(first))
second.buffer.write_u8(0, 1)
