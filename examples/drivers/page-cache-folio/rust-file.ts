// @era all
// @expect not-in-this-era rust_cache.ts:6 v6.12 v6.14 v6.17 v6.18
//
// A reader holds a reference of its own while the file is truncated, and borrows the folio's second page from that.
import { drop } from 'kernel'
import { pr_info } from 'linux'
import { add, get, truncate } from './rust_cache.ts'

add(0, 0x5a)
const folio = get(0)
const page = folio.page(1)
truncate(0)
pr_info(`references: ${folio.ref_count()}`)
pr_info(`byte ${page.with_pointer_into_page(0, 1, (p) => p.read_u8(0))}`)
drop(folio)
