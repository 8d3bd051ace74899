// Case mm_fork: fork: shared, private and anonymous mappings, pages that are pinned or referenced, areas that are left out, counts of the address space.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// fork shared
script(`
alloc p0 0 z
mode insert p0 1
mmap m0 2 rw sh dev 0
fork c0
show p0
c0: pte m0 2
c0: vma m0
c0: w m0 7
byte p0
mm
exit c0
show p0
munmap m0 2
free p0 0
`)

// fork dontcopy
script(`
alloc p0 0 z
mode insert p0 1 DONTCOPY
mmap m0 1 rw sh dev 0
fork c0
show p0
c0: r m0
c0: vma m0
exit c0
munmap m0 1
free p0 0
`)

// fork fault shared
script(`
alloc p0 0 z
mode fault p0 1
mmap m0 1 rw sh dev 0
r m0
fork c0
show p0
c0: pte m0
c0: r m0
show p0
c0: munmap m0 1
show p0
exit c0
munmap m0 1
free p0 0
`)

// fork private cow
script(`
alloc p0 0 z
fill p0 42
mode insert p0 1
mmap m0 2 rw pr dev 0
fork c0
show p0
c0: pte m0
c0: w m0 9
show p0
c0: page p5 m0
lrudrain m0
show p5
exit c0
show p0
w m0 8
pte m0
show p0
page p6 m0
show p6
munmap m0 2
free p0 0
`)

// fork anon cow
script(`
mmap m0 2 rw pr anon
w m0 1
page p1 m0
lrudrain m0
fork c0
show p1
pte m0 2
c0: pte m0 2
w m0 2
page p2 m0
same p1 p2
show p1
c0: w m0 3
c0: page p3 m0
same p1 p3
show p1
c0: pte m0
exit c0
munmap m0 2
`)

// fork anon child first
script(`
mmap m0 1 rw pr anon
w m0 1
page p1 m0
lrudrain m0
fork c0
c0: w m0 3
c0: page p2 m0
same p2 p1
lrudrain m0
show p2
show p1
exit c0
pte m0
w m0 4
page p3 m0
same p1 p3
pte m0
show p1
munmap m0 1
`)

// fork pinned
script(`
mmap m0 2 rw pr anon
w m0 1 2
page p1 m0
gup p8 m0 1 1 pinfast
lrudrain m0
fork c0
pte m0 2
c0: pte m0 2
c0: page p2 m0
same p1 p2
show p1
show p2
c0: page p3 m0+1
show p3
exit c0
unpin p8 1
munmap m0 2
`)

// fork gupped
script(`
mmap m0 1 rw pr anon
w m0 1
gup p8 m0 1 0 fast
lrudrain m0
fork c0
show p8
exit c0
show p8
w m0 2
page p2 m0
same p8 p2
pte m0
show p8
ungup p8 1
munmap m0 1
`)

// fork shared anon
script(`
mmap m0 2 rw sh anon
w m0 1
page p1 m0
lrudrain m0
fork c0
show p1
c0: pte m0 2
c0: r m0
show p1
c0: w m0+1 9
r m0+1
exit c0
show p1
munmap m0 2
`)

// fork counts
script(`
mm
mmget
mm
mmget
mmgrab
mm
mmput
mmdrop
mm
mmgetnz
mmput
mmputasync
mmget
mm
fork c0
mm
c0: mm
c0: heldmm
c0: mmget
heldmm
c0: mmput
exit c0
mm
`)
