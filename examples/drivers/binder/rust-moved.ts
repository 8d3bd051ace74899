// @era all
// @expect not-in-this-era page_range.ts:8 v6.12 v6.14
// @expect not-in-this-era rust_binder.ts:6 v6.12 v6.14
// @expect zap-by-address page_range.ts:232 memdesc
//
// The service moves its mapping. The Rust binder looks where the area began, finds nothing, and frees without a zap: a
// driver in Rust, and the same reference of the entry keeps the page. Under memdesc it does not.
import { run } from './app.ts'
import * as page_range from './page_range.ts'
import { rust_binder } from './rust_binder.ts'
import { moved } from './scenarios.ts'

run(rust_binder(page_range), moved)
