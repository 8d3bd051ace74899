// Case b_split: without `__GFP_COMP` every page is its own folio; `split_page` gives each a reference, and each is
// freed alone.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
import { __free_page, alloc_pages, folio_nr_pages, GFP_KERNEL, nth_page, page_folio, split_page } from 'linux'
import { count, dump, say } from './measure.ts'

const h = alloc_pages(GFP_KERNEL, 3)!
const t = nth_page(h, 5)
dump(1, 'h', h)
dump(1, 't', t)
say(1, 'page_folio(t)==page_folio(h)', page_folio(t) === page_folio(h))
say(1, 'folio_nr_pages(page_folio(h))', folio_nr_pages(page_folio(h)))
split_page(h, 3)
for (let i = 0; i < 8; i++) dump(2, `h+${i}`, nth_page(h, i))
__free_page(h)
count(3, 'h', h)
count(3, 't', t)
for (let i = 1; i < 8; i++) __free_page(nth_page(h, i))
count(4, 't', t)
