// Case mm_fault_around: Shared anonymous memory: a read maps the pages around it that the object has already
// (measured without address randomisation).
// @machine memory=512M debug=off
// Measured: here-plain debug=off
// Varies: 514 pte+0: where the area begins decides which pages are around
// Varies: 515 pte+0: where the area begins decides which pages are around
// Varies: 516 pte+0: where the area begins decides which pages are around
// Varies: 517 pte+0: where the area begins decides which pages are around
// Varies: 518 pte+0: where the area begins decides which pages are around
// Varies: 519 pte+0: where the area begins decides which pages are around
// Varies: 520 pte+0: where the area begins decides which pages are around
// Varies: 521 pte+0: where the area begins decides which pages are around
// Varies: 522 pte+0: where the area begins decides which pages are around
// Varies: 525 pte+0: where the area begins decides which pages are around
// Varies: 526 pte+0: where the area begins decides which pages are around
// Varies: 527 pte+0: where the area begins decides which pages are around
// Varies: 528 pte+0: where the area begins decides which pages are around
// Varies: 529 pte+0: where the area begins decides which pages are around
// Varies: 532 pte+0: where the area begins decides which pages are around
// Varies: 533 pte+0: where the area begins decides which pages are around
// Varies: 534 pte+0: where the area begins decides which pages are around
import { script } from './script.ts'

// fault around holes
script(`
mmap m0 8 rw sh anon
w m0+1 1
w m0+4 1
r m0+6
pte m0 8
zap m0 8
pte m0 8
r m0+4
pte m0 8
page p1 m0+6
show p1
w m0+1 2
pte m0 8
r m0
pte m0 8
munmap m0 8
`)

// fault around fork
script(`
mmap m0 4 rw sh anon
w m0 4
w m0+1 4
w m0+2 4
w m0+3 4
lrudrain m0
page p1 m0+1
page p2 m0+2
show p1
show p2
fork c0
c0: pte m0 4
show p1
c0: r m0
c0: pte m0 4
show p1
show p2
c0: w m0+3 9
c0: pte m0 4
exit c0
show p1
show p2
munmap m0 4
show p1
`)

// fault around write
script(`
mmap m0 4 rw sh anon
w m0 4
w m0+1 4
w m0+3 4
zap m0 4
w m0+2 3
pte m0 4
r m0
pte m0 4
zap m0 4
gup p8 m0+3 1 0 slow
pte m0 4
ungup p8 1
zap m0 4
gup p8 m0+1 1 1 slow
pte m0 4
ungup p8 1
zap m0 4
gup p8 m0+1 1 0 pin
pte m0 4
show p8
unpin p8 1
munmap m0 4
`)

// fault around part
script(`
mmap m0 6 rw sh anon
w m0 1
w m0+1 1
w m0+2 1
w m0+4 1
w m0+5 1
munmap m0+2 1
zap m0 2
zap m0+3 3
r m0+5
pte m0 2
pte m0+3 3
r m0
pte m0 2
munmap m0 2
munmap m0+3 3
`)

// fault around readonly
script(`
mmap m0 4 rw sh anon
w m0 1
w m0+1 1
w m0+2 1
mmap m1 4 r sh anon
r m1+2
pte m1 4
r m1
pte m1 4
zap m0 4
r m0+3
pte m0 4
munmap m0 4
munmap m1 4
`)

// fault around window
script(`
mmap m0 40 rw sh anon
w m0+2 1
w m0+6 1
w m0+9 1
w m0+14 1
w m0+18 1
w m0+21 1
w m0+25 1
w m0+30 1
w m0+34 1
w m0+39 1
zap m0 40
r m0+18
pte m0+2
pte m0+6
pte m0+9
pte m0+14
pte m0+18
pte m0+21
pte m0+25
pte m0+30
pte m0+34
zap m0 40
r m0+2
pte m0+6
pte m0+9
pte m0+14
pte m0+18
pte m0+21
zap m0 40
r m0+39
pte m0+34
pte m0+30
pte m0+25
munmap m0 40
`)
