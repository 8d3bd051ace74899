// Case mm_mremap: mremap: shrinking, growing, moving a part, duplicating, leaving the old area, onto other areas, refused by the driver; errors.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
// Varies: 1001 mmap: an address
import { script } from './script.ts'

// mremap shrink
script(`
alloc p0 2 zt
split p0 2
mode insert p0 4
mmap m0 4 rw sh dev 0
mremap m0 m0 4 2 0
show p0 4
vma m0
mremap m0 m0 2 2 0
mremap m0 m0 2 4 0
vma m0
pte m0 4
r m0+3
munmap m0 4
freen p0 4
`)

// mremap move grow
script(`
alloc p0 1 zt
split p0 1
mode insert p0 2
mmap m0 2 rw sh dev 0
mmap m1 2 rw pr anon
mremap m2 m0 2 4 1
vma m2
pte m2 4
show p0 2
vma m0
munmap m2 4
freen p0 2
`)

// mremap part
script(`
alloc p0 2 zt
split p0 2
mode insert p0 4
mmap m0 4 rw sh dev 5
mremap m1 m0+1 2 2 3 m0-9
vma m0
vma m0+1
vma m0+3
vma m1
pte m1 2
show p0 4
munmap m1 2
munmap m0 4
freen p0 4
`)

// mremap dup
script(`
alloc p0 1 zt
split p0 1
mode fault p0 2
mmap m0 2 rw sh dev 0
r m0 2
mremap m1 m0 0 2 1
pte m1 2
pte m0 2
r m1 2
show p0 2
munmap m1 2
show p0 2
munmap m0 2
mode insert p0 2
mmap m0 2 rw pr dev 0
mremap m1 m0 0 2 1
munmap m0 2
freen p0 2
`)

// mremap dontunmap
script(`
alloc p0 1 zt
split p0 1
mode fault p0 2
mmap m0 2 rw sh dev 0
r m0 2
mremap m1 m0 2 2 5
pte m0 2
pte m1 2
vma m0
vma m1
show p0 2
r m0
show p0
munmap m1 2
munmap m0 2
freen p0 2
`)

// mremap dontunmap anon
script(`
mmap m0 2 rw pr anon
w m0 1 2
page p1 m0
lrudrain m0
mremap m1 m0 2 2 5
pte m0 2
pte m1 2
show p1
vma m0
vma m1
r m0
munmap m1 2
munmap m0 2
`)

// mremap veto
script(`
alloc p0 1 zt
split p0 1
mode insert p0 2
ops veto 0 -1
mmap m0 2 rw sh dev 0
mremap m1 m0 2 2 3 m0-9
pte m0 2
show p0 2
vma m0
ops veto -22 0
munmap m0 1
mremap m0 m0 2 1 0
mremap m1 m0+1 1 1 3 m0-9
ops veto 0 0
munmap m0 1
munmap m0 2
freen p0 2
`)

// mremap onto
script(`
alloc p0 0 z
alloc p1 0 z
mode insert p0 1
mmap m0 3 rw sh dev 0
mode insert p1 1
mmap m1 3 rw sh dev 0
mremap m2 m1 1 1 3 m0+1
pte m0 3
vma m0
vma m0+1
vma m0+2
show p0
show p1
munmap m0 3
munmap m1 3
freen p0 2
`)

// vfset copy
script(`
alloc p0 0 z
mode insert p0 1
mmap m0 1 rw sh dev 0
vfset m0 DONTCOPY
vfset m0 DONTEXPAND
vma m0
fork c0
show p0
c0: vma m0
exit c0
mremap m1 m0 1 2 1
mremap m1 m0 1 1 5
mremap m1 m0 1 1 3 m0-9
vma m1
vfclr m1 DONTCOPY
fork c0
show p0
exit c0
munmap m1 1
free p0 0
`)

// grow room
script(`
alloc p0 1 zt
split p0 1
mode insert p0 2
mmap m0 4 rw sh dev 0
munmap m0+2 2
mremap m1 m0 2 4 1
mremap m1 m0 2 2 3 m0-50
mremap m2 m1 2 4 1
vma m1
show p0 2
munmap m1 2
mode none
mmap m3 2 rw sh dev 0
mremap m4 m3 2 2 3 m0-50
mremap m5 m4 2 4 0
vma m4
mremap m6 m4 4 6 1
vma m4
munmap m4 6
freen p0 2
`)

// mremap errors
script(`
mmap m7 8 rw pr anon
alloc p0 0
mode remap p0 1
mmap m0 1 rw sh dev 0
mremap m1 m0 1 2 1
mremap m1 m0 1 1 5
mremap m1 m0 1 1 3 m0-7
pte m1
vma m1
munmap m1 1
mremap m1 m0 1 1 1
mode none
mmap m2 3 rw sh dev 0
mremap m1 m2 3 3 2
mremap m1 m2 3 3 8
mremap m1 m2 3 2 5
mremap m1 m2.1 3 3 1
mremap m1 m2 3 0 1
mremap m1 m2 5 2 1
mremap m1 m2 5 6 1
mremap m1 m2 3 3 3 m2+1
mremap m1 m2 0 3 3 m2+1
munmap m2 3
munmap m7 8
free p0 0
`)
