import { Folio, GFP_KERNEL } from 'kernel'
import { page_ref_count, pr_info } from 'linux'

using block = Folio.alloc(2, GFP_KERNEL)
const third = block.page(2)
pr_info(`${block.ref_count()} and ${page_ref_count(third.as_ptr())}`)
third.fill_zero_raw(0, 8)
