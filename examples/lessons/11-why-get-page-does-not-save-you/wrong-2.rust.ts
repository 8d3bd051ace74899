import { GFP_KERNEL, KBox, drop } from 'kernel'
import { Page } from 'thread/page_v3'

const a = KBox.new_uninit(256, GFP_KERNEL)
const page = Page.page_slice_to_page(a)
const b = a.as_ptr()!

b.write_u8(0, 1)
drop(page)
drop(a)
