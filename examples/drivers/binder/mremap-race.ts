// @era all
// @explore bound=2
// @expect none
//
// Race B of the thread, in the correct driver: mremap() moves the area, and the shrinker looks where it was.
// Here kswapd comes first, and all is well. Explore it: under memdesc a shrinker that comes later frees a page
// that is mapped; at v6.12 the moved entry's reference keeps it.
import { run } from './app.ts'
import { binder_alloc } from './binder_alloc.ts'
import { binder_pages } from './binder_pages.ts'
import { mremap_race } from './scenarios.ts'

run(binder_alloc(binder_pages), mremap_race)
