// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A folio has a reference count in every era.
import { folio_alloc, folio_get, folio_page, folio_put, GFP_KERNEL, page_address } from 'linux'

const folio = folio_alloc(GFP_KERNEL, 0)!
const bytes = page_address(folio_page(folio, 0))!
folio_get(folio)
folio_put(folio)
bytes.write_u8(0, 1)
folio_put(folio)
