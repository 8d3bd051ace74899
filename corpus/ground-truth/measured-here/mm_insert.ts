// Case mm_insert: vm_insert_page and vm_insert_pages: counts, entries in the way, addresses outside the area, pins and what munmap leaves.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// ins basic
script(`
alloc p0 0 z
mode insert p0 1
mmap m0 1 rw sh dev 0
show p0
pte m0
vma m0
r m0
w m0 5
byte p0
pte m0
show p0
gup p8 m0 1 1 fast
show p0
munmap m0 1
show p0
put p8
put p0
`)

// ins flags pin
script(`
alloc p0 0 z
mode insert p0 1
mmap m0 1 rw sh dev 0
gup p8 m0 1 0 slow
show p0
ungup p8 1
gup p8 m0 1 1 pin
show p0
unpin p8 1
show p0
munmap m0 1
show p0
put p0
`)

// ins busy
script(`
alloc p0 0
alloc p1 0
mode none
mmap m0 4 rw sh dev 0
ins m0 p0
ins m0 p1
ins m0 p0
insn m0+1 p0 2
pte m0 4
show p0 2
insin m0 m0+4 p0
insin m0 m0-1 p0
insn m0+3 p0 2
ins m0.100 p1
ins m0+3.4095 p1
pte m0 4
munmap m0 4
show p0 2
put p0
put p1
`)

// insn hole
script(`
alloc p0 0
alloc p1 0
alloc p2 0
alloc p3 0
mode none
mmap m0 6 rw sh dev 0
ins m0+2 p3
insn m0 p0 4
pte m0 6
show p0 4
munmap m0 6
freen p0 4
`)

// insert twice
script(`
alloc p0 0 z
mode none
mmap m0 3 rw sh dev 0
ins m0 p0
ins m0+1 p0
ins m0+2 p0
show p0
folio p0
gup p8 m0 3 1 pinfast
show p0
unpin p8 3
zap m0+1 1
show p0
munmap m0 3
show p0
free p0 0
`)
