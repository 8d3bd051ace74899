// @era next
// @expect none
//
// Two references of one folio, each dropped at the end of its block.
import { Folio, GFP_KERNEL } from 'kernel'
using f = Folio.alloc(2, GFP_KERNEL)
using g = f.clone()
g.page(3).fill_zero_raw(0, 16)
