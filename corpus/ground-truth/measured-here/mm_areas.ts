// Case mm_areas: Areas cut by munmap and MAP_FIXED, areas that merge, mmap hooks that refuse: which part is new, and the calls of open and close.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// munmap hole
script(`
alloc p0 2 zt
split p0 2
mode insert p0 4
mmap m0 4 rw sh dev 0
munmap m0+1 1
munmap m0+3 1
show p0 4
vma m0
vma m0+2
munmap m0 4
munmap m0 4
munmap m0.1 1
munmap m0 0
freen p0 4
`)

// munmap two
script(`
alloc p0 0 z
mode insert p0 1
mmap m0 2 rw sh dev 0
mmap m1 2 rw sh dev 2
vma m0
vma m1
munmap m1+1 2
vma m0+1
vma m1
munmap m1 1
munmap m0 2
free p0 0
`)

// mmapfix over
script(`
alloc p0 2 zt
split p0 2
mode insert p0 4
mmap m0 4 rw sh dev 0
mode none
mmapfix m1 2 rw sh dev 9 m0+1
show p0 4
vma m0
vma m0+1
vma m0+3
mmapfix m2 4 r pr anon 0 m0
vma m0
munmap m0 4
freen p0 4
`)

// mmap refuse
script(`
mode refuse
mmap m0 1 rw sh dev 0
alloc p0 1 zt
split p0 1
mode map p0 2
mmap m0 3 rw sh dev 0
show p0 2
freen p0 2
`)

// merge dev
script(`
mode none
mmap m0 2 rw sh dev 2
mmap m1 2 rw sh dev 0
vma m0
vma m1
munmap m1 2
munmap m0 2
ops none
mmap m0 2 rw sh dev 2
mmap m1 2 rw sh dev 0
vma m0
vma m1
munmap m1+1 2
vma m1
vma m0+1
munmap m1 4
`)

// merge anon
script(`
mmap m0 2 rw pr anon
mmap m1 2 rw pr anon
vma m0
vma m1
munmap m0 1
vma m1
mmapfix m2 1 rw pr anon 0 m0
vma m1
w m0 1
munmap m1 1
vma m0
mremap m3 m0 2 2 3 m0-20
vma m3
munmap m3 2
munmap m1 4
`)
