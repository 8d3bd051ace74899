// @era all
// @expect use-after-move 11
//
// The vector owns the page from the push on: the name it was pushed under is dead.
import { GFP_KERNEL, KVec, Page } from 'kernel'

using pages = KVec.new<Page>()
for (let i = 0; i < 4; i++) {
  const page = Page.alloc_page(GFP_KERNEL)
  pages.push(page, GFP_KERNEL)
  page.fill_zero_raw(0, 64)
}
