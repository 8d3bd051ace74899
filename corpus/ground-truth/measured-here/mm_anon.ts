// Case mm_anon: Anonymous memory, private and shared: flags and counts of its pages before and after the LRU batches are drained, the zero page, GUP and pins.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// anon basic
script(`
mmap m0 3 rw pr anon
vma m0
r m0
pte m0 3
w m0+1 7
vma m0
page p1 m0+1
show p1
pte m0 3
lrudrain m0
show p1
w m0 3
pte m0 3
gup p8 m0+1 2 0 fast
show p8
pte m0 3
ungup p8 2
munmap m0+1 1
show p1
vma m0
vma m0+2
munmap m0 3
`)

// anon gup
script(`
mmap m0 2 rw pr anon
gup p8 m0 2 1 fast
show p8 2
pte m0 2
munmap m0 2
show p8 2
ungup p8 2
show p8 2
`)

// anon pin
script(`
mmap m0 1 rw pr anon
w m0 1
lrudrain m0
gup p8 m0 1 1 pinfast
show p8
gup p9 m0 1 1 fast
show p8
unpin p8 1
show p8
munmap m0 1
show p8
put p9
`)

// anon zero pin
script(`
mmap m0 2 rw pr anon
r m0
gup p8 m0 1 0 pinfast
zeropage p9
same p8 p9
pte m0
unpin p8 1
gup p8 m0 1 256 pinfast
same p8 p9
pte m0
unpin p8 1
gup p8 m0+1 1 0 slow
same p8 p9
ungup p8 1
munmap m0 2
`)

// anon shared
script(`
mmap m0 2 rw sh anon
vma m0
r m0
pte m0 2
page p1 m0
show p1
w m0 5
pte m0
show p1
w m0+1 6
page p2 m0+1
show p2
pte m0 2
lrudrain m0
show p1
show p2
zap m0 2
pte m0 2
show p1
r m0 2
show p1
munmap m0 2
show p1
`)

// lru accessed
script(`
mmap m0 2 rw pr anon
w m0 1
page p1 m0
gup p8 m0 1 0 fast
ungup p8 1
show p1
gup p8 m0 1 0 slow
ungup p8 1
show p1
lrudrain m0
show p1
gup p8 m0 1 0 slow
ungup p8 1
gup p8 m0 1 0 slow
ungup p8 1
show p1
mmap m2 2 rw pr anon
w m2 1
page p2 m2
lrudrain m0
gup p8 m2 1 0 slow
gup p8 m2 1 0 slow
show p2
lrudrain m0
show p2
ungup p8 1
ungup p8 1
munmap m2 2
munmap m0 2
`)
