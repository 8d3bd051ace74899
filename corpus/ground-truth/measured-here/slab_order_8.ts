// Case slab_order_8: which object of which slab comes next: allocations, frees and shrinks of a cache of 1024 bytes
// in an order drawn by lot (SLAB_TYPESAFE_BY_RCU).
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { SLAB_TYPESAFE_BY_RCU } from 'linux'
import { slabScript } from './slab-script.ts'

slabScript(1024, SLAB_TYPESAFE_BY_RCU, `
a 44
f 39 34 20 8 37 40 43 18 13 35 24 33 19 3 6 15 12 25 23 21 14 31 26 42 36 5 16 1 32 27 28 17 2 11
a 12
f 0 4 7 22 55 47 48 30 54 9 45 46 38 41 53 51 50 49 29 10 44 52
a 3
s
f 56 57 58
a 4
`)
