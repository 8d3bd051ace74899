// Case mm_fault_refused: A fault handler that refuses, and accesses where nothing is mapped.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// fault oom
script(`
alloc p0 0
mode segv p0 1
mmap m0 1 rw sh dev 0
r m0
w m0 1
dier m0
diew m0
mode none
dier m0
gup p8 m0 1 0 fast
gup p8 m0 1 0 slow
munmap m0 1
dier m0
free p0 0
`)

// sigs
script(`
mmap m0 1 r pr anon
diew m0
dier m0
mmap m1 1 - pr anon
dier m1
r m1
w m0 1
munmap m1 1
dier m1
munmap m0 1
`)
