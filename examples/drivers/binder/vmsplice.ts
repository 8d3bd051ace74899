// @era all
// @expect none
//
// A normal entry lets GUP-fast in: vmsplice() takes a reference (2 becomes 3), the shrinker leaves 1, and the pipe
// keeps the page. Nobody else gets it before the pipe is read. Under memdesc nothing can be taken: -EEXIST.
import { run } from './app.ts'
import { binder_alloc } from './binder_alloc.ts'
import { binder_pages } from './binder_pages.ts'
import { spliced } from './scenarios.ts'

run(binder_alloc(binder_pages), spliced)
