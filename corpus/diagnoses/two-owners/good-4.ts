// @era next memdesc
// @expect none
//
// Ownership goes over to C first: into_raw() gives the page up.
import { GFP_KERNEL, Owned, Page } from 'kernel'
import { __free_page } from 'linux'
const page = Page.alloc_page(GFP_KERNEL)
__free_page(Owned.into_raw(page))
