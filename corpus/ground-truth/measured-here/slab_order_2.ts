// Case slab_order_2: which object of which slab comes next: allocations, frees and shrinks of a cache of 2000 bytes
// in an order drawn by lot.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { slabScript } from './slab-script.ts'

slabScript(2000, 0, `
a 8
f 7 3 1 5 4 6 0 2
a 6
f 13 12 11 10 9 8
a 32
f 16 29 17 44 40 33 43 39 23 32 42 15 22 34 25 41 35 36 38 27 30 14 18 19 20 21 24 26 28 31 37 45
a 27
f 59 60 47 50
s
a 11
`)
