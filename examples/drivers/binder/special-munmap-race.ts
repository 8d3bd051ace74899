// @era all
// @explore bound=2
// @expect none
//
// Race A with special entries done right: the file's address_space still has the area that munmap() detached. Explore
// it: nothing in any era.
import { run } from './app.ts'
import { binder_alloc } from './binder_alloc.ts'
import { binder_pages } from './special_rmap.ts'
import { munmap_race } from './scenarios.ts'

run(binder_alloc(binder_pages), munmap_race)
