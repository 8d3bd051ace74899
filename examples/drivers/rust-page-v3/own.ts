// @era all
// @expect memdesc-breaks-tomorrow 12 memdesc
//
// What the patch is for, an own page: alloc_page() gives the one reference, drop puts it.
import { Page } from 'thread/page_v3'
import { GFP_KERNEL, drop } from 'kernel'
import { page_ref_count, pr_info } from 'linux'

const page = Page.alloc_page(GFP_KERNEL)
page.write_raw([1, 2, 3, 4], 0, 4)
pr_info(`count ${page_ref_count(page.as_ptr())}`)
drop(page)
