// @era all
// @explore bound=2
// @expect none
//
// Race B with special entries done right: the address_space has the moved area. Explore it: nothing in any era.
import { run } from './app.ts'
import { binder_alloc } from './binder_alloc.ts'
import { binder_pages } from './special_rmap.ts'
import { mremap_race } from './scenarios.ts'

run(binder_alloc(binder_pages), mremap_race)
