// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// Flags that a free does not look at may stay; a page that others still hold is not freed yet.
import { __free_page, alloc_page, ClearPagePrivate, get_page, GFP_KERNEL, put_page, SetPageDirty } from 'linux'
import { SetPagePrivate } from 'linux'

const page = alloc_page(GFP_KERNEL)!
SetPageDirty(page)
SetPagePrivate(page)
get_page(page)
__free_page(page)
ClearPagePrivate(page)
put_page(page)
