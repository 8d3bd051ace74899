import { Folio, GFP_KERNEL, drop } from 'kernel'
import { page_ref_count, pr_info } from 'linux'

const block = Folio.alloc(2, GFP_KERNEL)
const user = block.clone()
const third = block.page(2)
pr_info(`${user.ref_count()} and ${page_ref_count(third.as_ptr())}`)

// The driver is done.
drop(block)
// … and later the user writes, and is done.
third.fill_zero_raw(0, 8)
drop(user)
