// @era all
// @explore bound=2
// @expect none
//
// Race A of the thread, in the correct driver: munmap() detaches the area, lets readers in and clears the entries after
// that. A shrinker that comes in between finds no area, zaps nothing and frees. Run once, nothing happens. Explore it:
// under memdesc, where the entry holds no reference, it is found; at v6.12 that reference keeps the page.
import { run } from './app.ts'
import { binder_alloc } from './binder_alloc.ts'
import { binder_pages } from './binder_pages.ts'
import { munmap_race } from './scenarios.ts'

run(binder_alloc(binder_pages), munmap_race)
