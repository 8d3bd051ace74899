// @era all
// @expect none
//
// A folio has its count in every era.
import { folio_alloc, folio_get, folio_put, GFP_KERNEL } from 'linux'
const f = folio_alloc(GFP_KERNEL, 0)!
folio_get(f)
folio_put(f)
folio_put(f)
