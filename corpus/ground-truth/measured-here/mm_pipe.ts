// Case mm_pipe: vmsplice: references of pipe buffers, pieces that span pages, memory that is read-only or gone.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// pipe basic
script(`
alloc p0 0 z
mode insert p0 1
mmap m0 1 rw sh dev 0
pipe q0
vmsplice q0 m0 100
show p0
vmsplice q0 m0.100 100
show p0
pread q0 100
show p0
munmap m0 1
show p0
pread q0 50
show p0
pread q0 50
show p0
pclose q0
free p0 0
`)

// pipe span
script(`
alloc p0 1 zt
split p0 1
mode insert p0 2
mmap m0 2 rw sh dev 0
pipe q0
vmsplice q0 m0.4000 200
show p0 2
vmsplice q0 m0+1.4000 200
show p0 2
pclose q0
show p0 2
munmap m0 2
freen p0 2
`)

// pipe gift ro
script(`
mmap m0 1 r pr anon
pipe q0
vmsplice q0 m0 4096 8
zeropage p9
pte m0
pread q0 4096
munmap m0 1
vmsplice q0 m0 10
pclose q0
`)
