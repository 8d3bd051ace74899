// @era all
// @expect not-in-this-era page_range.ts:8 v6.12 v6.14
// @expect not-in-this-era rust_binder.ts:6 v6.12 v6.14
//
// The states of a page in the Rust binder: used, available (on the list, and mapped), taken by the shrinker.
import { run } from './app.ts'
import * as page_range from './page_range.ts'
import { rust_binder } from './rust_binder.ts'
import { states } from './scenarios.ts'

run(rust_binder(page_range), states)
