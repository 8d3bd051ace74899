// Case mm_gup: GUP and pins: ranges that end early, by way of fault handlers, VM_IO, read-only areas, lasting pins, without faults.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// gup partial
script(`
alloc p0 1 zt
split p0 1
mode insert p0 2
mmap m0 4 rw sh dev 0
gup p8 m0 4 0 fast
gup p8 m0 4 1 slow
gup p8 m0 4 1 pin
gup p8 m0+2 2 0 fast
show p0 2
ungup p0 2
ungup p0 2
unpin p0 2
show p0 2
gup p8 m0.100 1 0 fast
ungup p8 1
munmap m0 4
freen p0 2
`)

// gup fault
script(`
alloc p0 1 zt
split p0 1
mode fault p0 2
mmap m0 3 rw sh dev 0
gup p8 m0 3 0 fast
show p0 2
pte m0 3
gup p10 m0 2 1 slow
show p0 2
pte m0 3
ungup p8 2
ungup p10 2
munmap m0 3
show p0 2
freen p0 2
`)

// gup io
script(`
alloc p0 0 z
mode insert p0 1 MIXEDMAP|IO
mmap m0 1 rw sh dev 0
vma m0
gup p8 m0 1 0 slow
gup p8 m0 1 1 fast
gup p9 m0 1 1 pinfast
gup p9 m0 1 257 pinfast
show p0
ungup p8 1
unpin p9 1
pipe q0
vmsplice q0 m0 10
show p0
pclose q0
munmap m0 1
show p0
free p0 0
`)

// gup ro
script(`
alloc p0 0 z
mode insert p0 1
mmap m0 1 r sh dev 0
vma m0
pte m0
gup p8 m0 1 1 fast
gup p8 m0 1 9 fast
gup p8 m0 1 0 fast
show p0
w m0 1
ungup p8 1
mmap m1 1 - sh dev 0
gup p8 m1 1 0 fast
gup p8 m1 1 8 slow
show p0
munmap m0 1
munmap m1 1
show p0
`)

// gup longterm
script(`
alloc p0 0 z
mode insert p0 1
mmap m0 1 rw sh dev 0
gup p8 m0 1 257 pin
show p0
unpin p8 1
gup p8 m0 1 256 pin
show p0
unpin p8 1
#
#
munmap m0 1
free p0 0
`)

// gup nofault
script(`
mmap m0 2 rw pr anon
w m0 1
gup p8 m0 1 32 fast
gup p9 m0+1 1 32 fast
gup p9 m0+1 1 32 slow
gup p9 m0 1 33 slow
lrudrain m0
show p8
munmap m0 2
`)
