// Case slab_order_7: which object of which slab comes next: allocations, frees and shrinks of a cache of 1365 bytes
// in an order drawn by lot (SLAB_TYPESAFE_BY_RCU).
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { SLAB_TYPESAFE_BY_RCU } from 'linux'
import { slabScript } from './slab-script.ts'

slabScript(1365, SLAB_TYPESAFE_BY_RCU, `
a 1
f 0
a 22
s
a 4
f 2 26 25 24 23 22 21 20 19 18 17 16 15 14 13 12 11 10 9 8 7
a 22
s
f 30 6 42 36 31 28 37 43 38 45 44 4 27 5 39 33 34 47 35 46 41 3 32 1 40 29 48
a 12
f 60 59 58 57 56 55 54 53 52 51 50 49
a 20
`)
