// Case slab_order_9: which object of which slab comes next: allocations, frees and shrinks of a cache of 3000 bytes
// in an order drawn by lot (SLAB_POISON, SLAB_RED_ZONE).
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { SLAB_POISON, SLAB_RED_ZONE } from 'linux'
import { slabScript } from './slab-script.ts'

slabScript(3000, SLAB_POISON | SLAB_RED_ZONE, `
a 16
s
s
f 15 14 13 12 11 10 9 8 7 6 5 4 3
s
s
a 9
f 21 16 20 1 22 19 17 18 0 23 24 2
a 9
f 25 26 27 28 29 30 31 32 33
a 21
`)
