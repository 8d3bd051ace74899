// @era all
// @expect not-in-this-era 5 v6.12 v6.14 v6.17 v6.18
//
// An own page as it is coming: the pointer says who owns. Owned<Page> frees, a Page is borrowed.
import { GFP_KERNEL, Owned, Page, type Ref } from 'kernel'
import { pr_info } from 'linux'

function fill(page: Ref<Page>): void {
  page.write_raw([1, 2, 3, 4], 0, 4)
}
using page: Owned<Page> = Page.alloc_page(GFP_KERNEL)
fill(page)
pr_info(`byte ${page.with_pointer_into_page(0, 1, (p) => p.read_u8(0))}`)
