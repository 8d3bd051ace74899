// Case f_mremap_2: zapping at the address where the area is now works; a later read is a SIGBUS.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 5 blk+0.page_ref_count: the page is free; in one run somebody else had it by then
// Varies: 5 blk+0._mapcount+1: the page is free; in one run somebody else had it by then
// Varies: 5 blk+0.flags: the page is free; in one run somebody else had it by then
import { moved } from './moved.ts'

moved(true)
