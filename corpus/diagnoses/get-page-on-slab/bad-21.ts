// @era v6.12
// @expect get-page-on-slab 9
//
// The folio of a slab page is taken for something that keeps the object.
import { folio_get, folio_put, GFP_KERNEL, kfree, kzalloc, page_folio, virt_to_page } from 'linux'
const o = kzalloc(128, GFP_KERNEL)!
const pg = virt_to_page(o)
const f = page_folio(pg)
folio_get(f)
kfree(o)
folio_put(f)
