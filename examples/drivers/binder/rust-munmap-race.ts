// @era all
// @explore bound=2
// @expect not-in-this-era page_range.ts:8 v6.12 v6.14
// @expect not-in-this-era rust_binder.ts:6 v6.12 v6.14
//
// Race A in the Rust binder: with the area detached check_vma() has nothing to check, and the page is freed without a
// zap. Explore it: at v6.18 the entry's reference keeps the page, under memdesc the window is found.
import { run } from './app.ts'
import * as page_range from './page_range.ts'
import { rust_binder } from './rust_binder.ts'
import { munmap_race } from './scenarios.ts'

run(rust_binder(page_range), munmap_race)
