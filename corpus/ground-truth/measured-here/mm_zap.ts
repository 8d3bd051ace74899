// Case mm_zap: zap_page_range_single, zap_vma_ptes and unmap_mapping_range: ranges, copies, other processes, moved areas; how dirty and referenced pass to the page.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// zap ranges
script(`
alloc p0 2 zt
split p0 2
mode insert p0 4
mmap m0 4 rw sh dev 0
zap m0+1.100 1
pte m0 4
zap m0+3 10
pte m0 4
zapptes m0 1
pte m0 4
w m0 1
zap m0 0
pte m0 4
show p0 4
munmap m0 4
show p0 4
freen p0 4
`)

// dirty transfer
script(`
alloc p0 0 z
mode fault p0 1
mmap m0 1 rw sh dev 0
w m0 5
show p0
pte m0
clrf p0 dirty
show p0
munmap m0 1
show p0
clrf p0 dirty
mmap m0 1 rw sh dev 0
r m0
munmap m0 1
show p0
mmap m0 1 rw sh dev 0
r m0
munmap m0 1
show p0
free p0 0
`)

// umr basic
script(`
alloc p0 2 zt
split p0 2
mode fault p0 4
mmap m0 4 rw sh dev 0
mmap m1 2 rw pr dev 1
r m0 4
r m1
w m1+1 9
show p0 4
umr 1 1 0
pte m0 4
pte m1 2
show p0 4
umr 2 1 0
pte m1 2
umr 0 0 1
pte m0 4
pte m1 2
show p0 4
munmap m1 2
munmap m0 4
freen p0 4
`)

// umr fork
script(`
alloc p0 0 z
mode fault p0 1
mmap m0 1 rw sh dev 0
r m0
fork c0
c0: r m0
show p0
umr 0 1 0
show p0
c0: pte m0
exit c0
mremap m1 m0 1 1 3 m0-5
r m1
umr 0 1 1
pte m1
munmap m1 1
free p0 0
`)
