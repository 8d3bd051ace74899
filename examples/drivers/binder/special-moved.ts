// @era all
// @expect none
//
// Special entries done right: the shrinker clears the moved entry and frees its page, and the service that reads there
// gets SIGBUS, as it would have without mremap().
import { run } from './app.ts'
import { binder_alloc } from './binder_alloc.ts'
import { binder_pages } from './special_rmap.ts'
import { moved } from './scenarios.ts'

run(binder_alloc(binder_pages), moved)
