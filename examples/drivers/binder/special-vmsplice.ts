// @era all
// @expect none
//
// Special entries done right: GUP-fast meets a special entry and lets it be, slow GUP sees VM_PFNMAP. vmsplice() fails,
// and with it what may outlive the driver.
import { run } from './app.ts'
import { binder_alloc } from './binder_alloc.ts'
import { binder_pages } from './special_rmap.ts'
import { spliced } from './scenarios.ts'

run(binder_alloc(binder_pages), spliced)
