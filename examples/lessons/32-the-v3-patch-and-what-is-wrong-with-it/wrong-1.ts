import { Page } from 'thread/page_v3'
import { drop } from 'kernel'
import { pr_info, vfree, vmalloc } from 'linux'

// The right order is enough today, and not tomorrow.
const area = vmalloc(4096)!
const page = Page.page_slice_to_page(area)

page.write_raw([1, 2, 3, 4], 0, 4)
pr_info('written')
drop(page)
vfree(area)
