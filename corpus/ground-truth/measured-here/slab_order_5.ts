// Case slab_order_5: which object of which slab comes next: allocations, frees and shrinks of a cache of 2000 bytes
// in an order drawn by lot (SLAB_HWCACHE_ALIGN).
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { SLAB_HWCACHE_ALIGN } from 'linux'
import { slabScript } from './slab-script.ts'

slabScript(2000, SLAB_HWCACHE_ALIGN, `
a 21
f 9 0 11 6 20 4 2 8 3
s
a 7
s
`)
