import { __free_pages, __GFP_COMP, alloc_pages, folio_page_idx, folio_nr_pages, GFP_KERNEL } from 'linux'
import { get_page, nth_page, page_folio, PageCompound, pr_info, put_page } from 'linux'
import type { page } from 'linux'

function where(p: page): string {
  get_page(p)
  if (!PageCompound(p)) return 'no folio'
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
