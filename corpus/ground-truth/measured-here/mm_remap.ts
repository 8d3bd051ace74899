// Case mm_remap: remap_pfn_range over a part of a shared area and over a private one: GUP, pipes, zap_vma_ptes, copies on write, fork.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
// Varies: 104 vma: the offset of a private area is the frame number
// Varies: 112 close: the offset of a private area is the frame number
// Varies: 207 vma: the offset of a private area is the frame number
// Varies: 209 close: the offset of a private area is the frame number
// Varies: 411 open: the offset of a private area is the frame number
// Varies: 417 close: the offset of a private area is the frame number
// Varies: 418 close: the offset of a private area is the frame number
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

// remap cow
script(`
alloc p0 2 z
mode remap p0 4
mmap m0 4 rw pr dev 3
vma m0
pte m0 4
r m0 4
w m0+1 9
pte m0 4
page p10 m0+1
show p10
show p0
munmap m0 4
free p0 2
`)

// remap partial cow
script(`
alloc p0 2 z
mode none
mmap m0 4 rw pr dev 0
remap m0 p0 2
remap m0+1 p0 3
remap m0 p0 4
vma m0
pte m0 4
munmap m0 4
free p0 2
`)

// pipe remap
script(`
alloc p0 0 z
mode remap p0 1
mmap m0 1 rw sh dev 0
pipe q0
vmsplice q0 m0 10
pwrite q0 m0 10
show p0
pread q0 10
vmread m0 10
vmwrite m0 10
pclose q0
munmap m0 1
free p0 0
`)

// fork remap
script(`
alloc p0 0 z
mode remap p0 1
mmap m0 1 rw sh dev 0
fork c0
c0: pte m0
c0: r m0
show p0
exit c0
munmap m0 1
mmap m0 1 rw pr dev 0
fork c0
c0: pte m0
pte m0
c0: w m0 3
c0: pte m0
byte p0
exit c0
munmap m0 1
free p0 0
`)
