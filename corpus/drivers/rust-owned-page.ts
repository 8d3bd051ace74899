// @era next
// @expect none
import { Page, Owned, ARef } from 'kernel'
import { GFP_KERNEL, pr_info } from 'linux'
using page = Page.alloc_page(GFP_KERNEL)
page.fill_zero_raw(0, 16)
page.with_page_mapped((p: any) => pr_info(`byte ${p.read_u8(3)}`))
