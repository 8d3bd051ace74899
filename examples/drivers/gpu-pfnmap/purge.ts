// @era all
// @expect none
//
// Entries without references: the driver has to know every mapping itself. The shrinker takes the entries out of all
// processes first, and frees the pages then; a client that still looks gets SIGBUS from the fault handler.
import { gem_fops, gem_shrinker_init } from './gem.ts'
import { run } from './client.ts'

run(gem_fops, gem_shrinker_init)
