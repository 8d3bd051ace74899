// @era next memdesc
// @expect none
//
// release() gives back what the table took.
import { Owned, type Ownable } from 'kernel'
import { GFP_KERNEL, __free_page, alloc_page } from 'linux'
class Table implements Ownable {
  page = alloc_page(GFP_KERNEL)!
  entries = 512
  static release(self: Table): void { __free_page(self.page) }
}
using table = Owned.from_raw(new Table())
table.entries = 0
