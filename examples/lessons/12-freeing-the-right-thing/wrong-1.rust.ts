import { GFP_KERNEL, KBox, Page, VBox, drop } from 'kernel'

const page = Page.alloc_page(GFP_KERNEL)
const table = VBox.into_raw(VBox.new_uninit(8192, GFP_KERNEL))
let header = KBox.into_raw(KBox.new_uninit(64, GFP_KERNEL))
header.write_u32(0, 7)
header = header.add(4)
header.write_u32(0, 9)

drop(page)
drop(VBox.from_raw(table))
drop(KBox.from_raw(header))
