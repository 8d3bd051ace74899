// @era next
// @expect page-leak 7
//
// The clone of a folio reference is never dropped; the first one is.
import { drop, Folio, GFP_KERNEL } from 'kernel'
const f = Folio.alloc(2, GFP_KERNEL)
const g = f.clone()
g.page(3).fill_zero_raw(0, 16)
drop(f)
