// Case slab_order_10: which object of which slab comes next: allocations, frees and shrinks of a cache of 300 bytes
// in an order drawn by lot (SLAB_CONSISTENCY_CHECKS).
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { SLAB_CONSISTENCY_CHECKS } from 'linux'
import { slabScript } from './slab-script.ts'

slabScript(300, SLAB_CONSISTENCY_CHECKS, `
a 26
s
a 10
f 14 30 22
a 49
s
f 84 83 82 81 80 79 78 77 76 75 74 73 72 71 70 69 68 67 66 65 64 63 62 61 60 59 58 57 56 55 54
a 37
`)
