import { __free_pages, __GFP_COMP, alloc_pages, folio_page_idx, folio_nr_pages, GFP_KERNEL } from 'linux'
import { nth_page, page_folio, PageTail, pr_info, put_page } from 'linux'
import type { page } from 'linux'

// Refuses every tail: the compound page's too.
function where(p: page): string {
  if (PageTail(p)) return 'no folio'
  const folio = page_folio(p)
  return `page ${folio_page_idx(folio, p)} of ${folio_nr_pages(folio)}`
}

const compound = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
const plain = alloc_pages(GFP_KERNEL, 2)!
const tail = nth_page(plain, 3)
pr_info(where(nth_page(compound, 3)))
pr_info(where(tail))

put_page(compound)
__free_pages(plain, 2)
