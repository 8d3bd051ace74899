import { folio_alloc, folio_get, folio_page, folio_put, GFP_KERNEL, page_address, pr_info } from 'linux'

const folio = folio_alloc(GFP_KERNEL, 2)!
const data = page_address(folio_page(folio, 0))!
data.write_u8(0, 7)

// The worker takes a reference of its own.
folio_get(folio)
// The driver is done.
folio_put(folio)
// … later the worker:
pr_info(`byte ${data.read_u8(0)}`)
folio_put(folio)
