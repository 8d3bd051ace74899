// @era all
// @expect not-in-this-era rust_cache.ts:6 v6.12 v6.14 v6.17 v6.18
// @expect borrow-outlives-owner 17 next memdesc
//
// MISTAKE: the reference is dropped and the page it lent is used. rustc refuses this (E0505); here it is said at the
// line. A Page has no count of its own that could be raised instead.
import { drop } from 'kernel'
import { pr_info } from 'linux'
import { add, get, truncate } from './rust_cache.ts'

add(0, 0x5a)
const folio = get(0)
const page = folio.page(1)
truncate(0)
pr_info(`references: ${folio.ref_count()}`)
drop(folio)
pr_info(`byte ${page.with_pointer_into_page(0, 1, (p) => p.read_u8(0))}`)
