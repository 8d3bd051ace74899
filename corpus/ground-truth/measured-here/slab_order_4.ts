// Case slab_order_4: which object of which slab comes next: allocations, frees and shrinks of a cache of 300 bytes
// in an order drawn by lot.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { slabScript } from './slab-script.ts'

slabScript(300, 0, `
a 28
f 26 19 10 9 2 24 16 4 8 21 3 1 23 25 22
a 30
f 0 5 6 7 11 12 13 14 15
a 9
s
f 38 35 34 39 36 63 47 32 61 52 58 44 48 30 33 65 62 64 42 17 57 46 59 45 29 56 51 37 43 49 60 27 50 18 54 53 41 28 40 20 31 55 66
a 20
`)
