// @era all
// @expect zap-by-address binder_pages.ts:93 memdesc
//
// The service moves its mapping, which nothing forbids. Its old area closes, so the allocator installs no more; the
// shrinker finds nothing where the page was, frees without a zap, and says that it freed three. As measured: the moved
// entry's reference keeps the page, and the service reads on. Under memdesc the page is gone, and the entry is not.
import { run } from './app.ts'
import { binder_alloc } from './binder_alloc.ts'
import { binder_pages } from './binder_pages.ts'
import { moved } from './scenarios.ts'

run(binder_alloc(binder_pages), moved)
