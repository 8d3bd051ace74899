// @era all
// @expect not-in-this-era 7 v6.12 v6.14 v6.17 v6.18
//
// The Rust side of message 10: a Folio that is counted, and pages of it that are borrowed. A clone takes a reference on
// the head, and drop gives it back. A Page has no count to take.
import { pr_info } from 'linux'
import { Folio, drop, GFP_KERNEL } from 'kernel'

const folio = Folio.alloc(2, GFP_KERNEL)
const slice = folio.clone()
slice.page(2).write_raw([0x10, 0x01, 0x0f, 0x00], 64, 4)

// The owner is done; the clone holds the whole folio.
drop(folio)
const bytes = new Uint8Array(4)
slice.page(2).read_raw(bytes, 64, 4)
pr_info(`after the owner: ${bytes[0]} ${bytes[1]} ${bytes[2]}`)
drop(slice)
