// Case slab_order_1: which object of which slab comes next: allocations, frees and shrinks of a cache of 4096 bytes
// in an order drawn by lot (SLAB_POISON, SLAB_RED_ZONE).
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { SLAB_POISON, SLAB_RED_ZONE } from 'linux'
import { slabScript } from './slab-script.ts'

slabScript(4096, SLAB_POISON | SLAB_RED_ZONE, `
a 56
f 30 46 19 28 29 39 55 54 53 52 51 50 49 48 47 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14
a 22
s
f 77 76 75 74 73 72 71 70 69 68 67 66 65 64 63 62 61 60 59 58 57 56 45 44 21 32 36 38 26 31 42 24 37 20 33 35 34 15 22 43 25
s
a 13
f 41 27 17 40 18 80 84 82 86 88 89 90 85 23 87 81 83 78 16 79
a 25
`)
