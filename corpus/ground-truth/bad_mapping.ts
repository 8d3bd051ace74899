// Case bad_mapping: a page that is freed with page->mapping set: DEBUG_VM says so; without it all is silent.
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-reports debug=on
import { __free_page, alloc_page, GFP_KERNEL, set_page_mapping } from 'linux'
import { dump, say } from './measure.ts'

const p = alloc_page(GFP_KERNEL)!
set_page_mapping(p, 0x1234000)
__free_page(p)
say(1, 'returned', 1)
dump(1, 'p', p)
