// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A Page is in every era.
import { GFP_KERNEL, Page } from 'kernel'
import { pr_info } from 'linux'

function describe(page: { nid(): number }): void {
  pr_info(`node ${page.nid()}`)
}
using page = Page.alloc_page(GFP_KERNEL)
describe(page)
