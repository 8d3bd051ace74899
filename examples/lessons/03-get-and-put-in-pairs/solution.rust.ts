import { Folio, GFP_KERNEL, drop } from 'kernel'
import { pr_info } from 'linux'

const SEND_FAILED = -5

// Keeps the page until it is sent: the reference moves in.
function queue(page: Folio): number {
  using kept = page
  // … the hardware refuses the page: kept is dropped here.
  pr_info(`queued with ${kept.ref_count()} references`)
  return SEND_FAILED
}

const page = Folio.alloc(0, GFP_KERNEL)
const result = queue(page.clone())
// The producer tries again later: it still needs the page.
pr_info(`result ${result}, count ${page.ref_count()}`)
page.page(0).fill_zero_raw(0, 1)
drop(page)
