// Case b: geometry of a compound page. A reference taken on a tail lands on the head; the tail keeps a count of 0.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
import { __free_pages, __GFP_COMP, alloc_pages, compound_head, compound_nr, compound_order, folio_nr_pages, folio_order } from 'linux'
import { folio_page_idx, folio_ref_count, folio_size, get_page, GFP_KERNEL, nth_page, page_address, page_count } from 'linux'
import { page_folio, page_ref_count, page_size, put_page } from 'linux'
import { dump, say } from './measure.ts'

const h = alloc_pages(GFP_KERNEL | __GFP_COMP, 3)!
const t = nth_page(h, 5)
dump(1, 'h', h)
dump(1, 't', t)
say(1, 'compound_order(h)', compound_order(h))
say(1, 'compound_nr(h)', compound_nr(h))
say(1, 'page_size(h)', page_size(h))
say(1, 'compound_head(t)==h', compound_head(t) === h)
say(1, 'compound_head(h)==h', compound_head(h) === h)
say(1, 'page_folio(t)==page_folio(h)', page_folio(t) === page_folio(h))
const f = page_folio(h)
say(1, 'folio_page_idx(f,t)', folio_page_idx(f, t))
say(1, 'folio_nr_pages(f)', folio_nr_pages(f))
say(1, 'folio_order(f)', folio_order(f))
say(1, 'folio_size(f)', folio_size(f))
say(1, 'folio_ref_count(f)', folio_ref_count(f))
say(1, 'page_ref_count(t)_raw', page_ref_count(t))
say(1, 'page_count(t)', page_count(t))
say(1, 'compound_order(t)', compound_order(t))
say(1, 'page_address(t)-page_address(h)', page_address(t)!.addr - page_address(h)!.addr)
get_page(t)
say(2, 'folio_ref_count(f)', folio_ref_count(f))
say(2, 'page_ref_count(t)_raw', page_ref_count(t))
say(2, 'page_count(t)', page_count(t))
__free_pages(h, 3)
say(3, 'folio_ref_count(f)', folio_ref_count(f))
dump(3, 'h', h)
dump(3, 't', t)
put_page(t)
dump(4, 'h', h)
dump(4, 't', t)
