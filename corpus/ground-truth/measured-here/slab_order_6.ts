// Case slab_order_6: which object of which slab comes next: allocations, frees and shrinks of a cache of 2730 bytes
// in an order drawn by lot (SLAB_HWCACHE_ALIGN).
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { SLAB_HWCACHE_ALIGN } from 'linux'
import { slabScript } from './slab-script.ts'

slabScript(2730, SLAB_HWCACHE_ALIGN, `
a 24
f 0 1 2 3 4 5
a 25
f 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39
s
f 40 46 47 48 42 41 43 45 44
a 50
`)
