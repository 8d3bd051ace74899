// @era v6.12 v6.14 v6.17
// @expect not-in-this-era 5
//
// BorrowedPage came with v6.18: before, a &Page always meant that somebody owns the page with a Rust Page.
import type { BorrowedPage } from 'kernel/page'
import { pr_info } from 'linux'

function describe(page: BorrowedPage): void {
  pr_info(`node ${page.nid()}`)
}
pr_info(describe.name)
