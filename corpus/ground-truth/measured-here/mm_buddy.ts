// Case mm_buddy: Per-cpu lists and the buddy allocator: last in, first out by order and type; what merges when the lists are drained.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// pcp lifo
script(`
alloc p0 0
alloc p1 0
alloc p2 0
free p1 0
free p0 0
alloc p3 0
alloc p4 0
same p3 p0
same p4 p1
buddy p2
free p2 0
free p3 0
free p4 0
alloc p5 1
alloc p6 1
free p5 1
free p6 1
alloc p7 0
alloc p8 1
same p8 p6
free p8 1
free p7 0
`)

// pcp types
script(`
alloc p0 0
alloc p1 0 h
free p0 0
free p1 0
alloc p2 0 h
alloc p3 0
same p2 p1
same p3 p0
free p2 0
free p3 0
`)

// buddy merge
script(`
alloc p0 5 t
split p0 5
drain
freen p0 16
drain
buddy p0
put p17
drain
buddy p16 2
put p16
drain
buddy p16 2
freen p18 14
drain
buddy p16
`)

// buddy order4
script(`
alloc p0 5 t
split p0 5
drain
free p8 3
show p8
drain
buddy p8
free p4 2
drain
buddy p4
buddy p8
freen p0 4
drain
buddy p0
freen p17 15
drain
buddy p17
buddy p18
buddy p20
buddy p24
put p16
drain
`)
