// @era v6.12
// @expect put-noncompound-high-order 7
//
// A helper puts the folio of a block that is not compound.
import { alloc_pages, folio_put, GFP_KERNEL, type page, page_folio } from 'linux'
const f = alloc_pages(GFP_KERNEL, 3)!
const drop2 = (x: page) => folio_put(page_folio(x))
drop2(f)
