// @era all
// @expect none
//
// Cleared first, pushed last; later the page is reached through the vector that owns it.
import { GFP_KERNEL, KVec, Page } from 'kernel'

using pages = KVec.new<Page>()
for (let i = 0; i < 4; i++) {
  const page = Page.alloc_page(GFP_KERNEL)
  page.fill_zero_raw(0, 64)
  pages.push(page, GFP_KERNEL)
}
pages.get(2)?.write_raw([1, 2, 3], 0, 3)
