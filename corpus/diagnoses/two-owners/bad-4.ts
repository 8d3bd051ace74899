// @era all
// @expect two-owners 8
//
// The driver's C side frees a page that a Page of Rust owns: the drop at the end frees it again.
import { GFP_KERNEL, Page } from 'kernel'
import { __free_page } from 'linux'
using page = Page.alloc_page(GFP_KERNEL)
__free_page(page.as_ptr())
