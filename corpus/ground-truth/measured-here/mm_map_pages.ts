// Case mm_map_pages: vm_map_pages and vm_map_pages_zero with fewer pages, more pages and offsets.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// map pages
script(`
alloc p0 2 t
split p0 2
mode map p0 4
mmap m0 4 rw sh dev 0
show p0 4
munmap m0 4
mode map p0 4
mmap m0 3 rw sh dev 1
pte m0 3
vma m0
munmap m0 3
mmap m0 4 rw sh dev 1
mmap m0 5 rw sh dev 0
mmap m0 4 rw sh dev 4
mode mapzero p0 4
mmap m0 2 rw sh dev 7
pte m0 2
show p0 4
munmap m0 2
mmap m0 5 rw sh dev 0
freen p0 4
`)
