import { folio_alloc, folio_get, folio_page, folio_put, GFP_KERNEL, page_address, pr_info } from 'linux'

// A folio, but one put is missing.
const folio = folio_alloc(GFP_KERNEL, 2)!
const data = page_address(folio_page(folio, 0))!
data.write_u8(0, 7)
folio_get(folio)
folio_put(folio)
pr_info(`byte ${data.read_u8(0)}`)
