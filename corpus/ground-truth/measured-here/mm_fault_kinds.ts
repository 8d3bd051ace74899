// Case mm_fault_kinds: Fault handlers that return a page, return it locked, insert one, or insert a frame without counts.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// fault page
script(`
alloc p0 1 z
tail p1 p0 1
split p0 1
mode fault p0 2
mmap m0 3 rw sh dev 0
r m0 3
show p0 2
pte m0 3
w m0+1 3
pte m0 3
show p0 2
zap m0 1
show p0 2
r m0
munmap m0 3
show p0 2
freen p0 2
`)

// fault pfn
script(`
alloc p0 0 z
mode pfn p0 1 PFNMAP
mmap m0 2 rw sh dev 0
vma m0
r m0
pte m0
show p0
w m0 7
pte m0
byte p0
gup p8 m0 1 0 fast
gup p8 m0 1 0 slow
vmfpfn m0 p0
vmfpfn m0+1 p0
pte m0 2
zapptes m0 2
pte m0 2
munmap m0 2
free p0 0
`)

// fault mixed
script(`
alloc p0 0 z
mode mixed p0 1 MIXEDMAP
mmap m0 2 rw sh dev 0
r m0
pte m0
show p0
w m0 7
pte m0
show p0
gup p8 m0 1 0 fast
gup p8 m0 1 0 slow
gup p8 m0 1 1 pinfast
pipe q0
vmsplice q0 m0 10
pwrite q0 m0 10
vmread m0 10
pclose q0
ins m0+1 p0
ins m0 p0
show p0
munmap m0 2
show p0
free p0 0
`)

// fault insert
script(`
alloc p0 0 z
mode faultinsert p0 1 MIXEDMAP
mmap m0 2 rw sh dev 0
r m0
show p0
w m0 1
pte m0
show p0
r m0+1
munmap m0 2
show p0
free p0 0
`)

// fault locked
script(`
alloc p0 0 z
mode faultlocked p0 1
mmap m0 1 rw sh dev 0
r m0
show p0
zap m0 1
w m0 1
show p0
pte m0
munmap m0 1
show p0
free p0 0
`)
