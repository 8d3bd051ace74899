// Case mm_insert_kinds: What vm_insert_page takes and refuses: slab and anonymous pages, the zero page, reserved pages, pages of vmalloc, compound blocks.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// insert bad
script(`
kmalloc p0 256
mode none
mmap m0 2 rw sh dev 0
ins m0 p0
vma m0
kmalloc p1 16384
ins m0 p1
show p1
zeropage p2
ins m0+1 p2
mmap m1 1 rw pr anon
w m1 1
page p3 m1
ins m0+1 p3
pte m0 2
munmap m0 2
munmap m1 1
show p1
kfree p0
kfree p1
`)

// insert zero
script(`
zeropage p0
mode none
mmap m0 1 r sh dev 0
ins m0 p0
mmap m1 1 r pr dev 0
ins m1 p0
pte m1
r m1
munmap m1 1
mmap m1 1 rw pr dev 0
ins m1 p0
pte m1
w m1 5
pte m1
munmap m1 1
munmap m0 1
`)

// insert reserved
script(`
alloc p0 0 z
setf p0 reserved
setf p0 uptodate
setf p0 private
mode insert p0 1
mmap m0 1 rw sh dev 0
show p0
gup p8 m0 1 1 pinfast
show p0
unpin p8 1
munmap m0 1
show p0
clrf p0 reserved
clrf p0 private
free p0 0
`)

// vmalloc insert
script(`
vmalloc p0 2
mode map p0 2
mmap m0 2 rw sh dev 0
show p0 2
vfree p0
show p0 2
munmap m0 2
show p0 2
`)

// ins many
script(`
alloc p0 2 zct
mode inserts p0 4
mmap m0 4 rw sh dev 0
show p0 4
folio p0
munmap m0+1 2
show p0 4
folio p0
vma m0
vma m0+1
vma m0+3
munmap m0 4
folio p0
free p0 2
`)

// pin compound
script(`
alloc p0 2 zct
mode insert p0 4
mmap m0 4 rw sh dev 0
folio p0
gup p8 m0+1 2 1 pinfast
folio p0
show p0
same p8 p1
unpin p8 1
folio p0
gup p8 m0+3 1 1 fast
folio p0
munmap m0 4
folio p0
ungup p8 1
unpin p9 1
folio p0
free p0 2
`)
