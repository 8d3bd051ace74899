// @era all
// @explore bound=2
// @expect none
//
// Race C, in the correct driver: a pipe takes a reference while the shrinker zaps and frees. Whoever comes first, the
// page stays for the pipe or is not there to be taken. Under memdesc there is nothing to take: -EEXIST throughout.
import { run } from './app.ts'
import { binder_alloc } from './binder_alloc.ts'
import { binder_pages } from './binder_pages.ts'
import { vmsplice_race } from './scenarios.ts'

run(binder_alloc(binder_pages), vmsplice_race)
