// Case slab_order_3: which object of which slab comes next: allocations, frees and shrinks of a cache of 700 bytes
// in an order drawn by lot.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { slabScript } from './slab-script.ts'

slabScript(700, 0, `
a 12
f 10 0 8 6 3 11 7 5 9 4 1 2
a 18
f 22 18 16 23 20 12 21 26 25 17 13 19 14 27 24 28 15
a 34
f 63 56 48 59 57 51 54 30
a 27
f 29 31 32 33 34 35 36 37 38 39 40 41 42 43 79 60 61 83 67 80 76 82 88 55 45 53 65 44 71 84 90 89 52 85 70 69 47
a 30
s
a 26
`)
