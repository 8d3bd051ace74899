// @era all
// @expect not-in-this-era page_range.ts:8 v6.12 v6.14
// @expect not-in-this-era rust_binder.ts:6 v6.12 v6.14
//
// CVE-2026-43434, fixed: the service unmaps the area and puts others in its place. check_vma() asks whose they are, and
// the driver lets them be.
import { run } from './app.ts'
import * as page_range from './page_range.ts'
import { rust_binder } from './rust_binder.ts'
import { replaced } from './scenarios.ts'

run(rust_binder(page_range), replaced)
