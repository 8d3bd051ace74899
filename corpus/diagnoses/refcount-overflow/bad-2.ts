// @era v6.12 v6.14 v6.17 v6.18 next
// @machine debug=off
// @expect refcount-overflow 11
//
// Each reader takes a reference of the page; the last one that fits is not the last one.
import { __GFP_COMP, alloc_pages, __free_pages, folio_get, GFP_KERNEL, page_folio, set_page_count } from 'linux'

const block = alloc_pages(GFP_KERNEL | __GFP_COMP, 1)!
const folio = page_folio(block)
set_page_count(block, 0x7fff_fffe)
for (let reader = 0; reader < 2; reader++) folio_get(folio)
set_page_count(block, 1)
__free_pages(block, 1)
