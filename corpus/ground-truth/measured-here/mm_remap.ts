// Case mm_remap: remap_pfn_range over a part of a shared area, and what GUP and zap_vma_ptes do there.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// remap shared part
script(`
alloc p0 2 z
mode none
mmap m0 4 rw sh dev 0
remap m0+1 p0 2
vma m0
pte m0 4
r m0 4
gup p8 m0+1 1 0 fast
gup p8 m0+1 1 0 slow
gup p8 m0 1 0 fast
zapptes m0+1 1
pte m0 4
zapptes m0 9
pte m0 4
munmap m0 4
free p0 2
`)
