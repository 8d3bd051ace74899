// Case mm_private: Private mappings of driver pages: copies on write, by access, by GUP, by a pin, by force.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// priv fault cow
script(`
alloc p0 0 z
fill p0 42
mode fault p0 1
mmap m0 1 rw pr dev 0
r m0
pte m0
show p0
w m0 9
pte m0
show p0
byte p0
page p5 m0
show p5
munmap m0 1
show p0
free p0 0
`)

// priv fault write first
script(`
alloc p0 0 z
fill p0 42
mode fault p0 1
mmap m0 1 rw pr dev 0
w m0 9
pte m0
show p0
page p5 m0
show p5
lrudrain m0
show p5
munmap m0 1
free p0 0
`)

// priv insert cow
script(`
alloc p0 0 z
fill p0 42
mode insert p0 1
mmap m0 1 rw pr dev 0
pte m0
vma m0
r m0
w m0 9
pte m0
show p0
page p5 m0
show p5
zap m0 1
r m0
munmap m0 1
show p0
free p0 0
`)

// priv gup write
script(`
alloc p0 0 z
fill p0 42
mode insert p0 1
mmap m0 1 rw pr dev 0
gup p8 m0 1 0 fast
same p8 p0
ungup p8 1
gup p8 m0 1 1 fast
same p8 p0
show p8
show p0
pte m0
ungup p8 1
munmap m0 1
show p0
free p0 0
`)

// priv pin read
script(`
alloc p0 0 z
mode insert p0 1
mmap m0 1 rw pr dev 0
gup p8 m0 1 0 pinfast
same p8 p0
show p8
unpin p8 1
gup p8 m0 1 256 pin
same p8 p0
show p8
pte m0
unpin p8 1
munmap m0 1
show p0
free p0 0
`)

// force write
script(`
alloc p0 0 z
mode insert p0 1
mmap m0 1 r pr dev 0
vma m0
gup p8 m0 1 1 fast
gup p8 m0 1 9 fast
gup p8 m0 1 9 slow
same p8 p0
show p8
show p0
pte m0
r m0
w m0 3
ungup p8 1
munmap m0 1
free p0 0
`)
