// Case kasan_uaf_cache: a read of a freed object of a named cache.
// @machine memory=512M debug=on
// Measured: kasan-reports debug=on
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'
import { say } from './measure.ts'

const cache = kmem_cache_create('lab_uaf', 200, 8, 0, null)!
const p = kmem_cache_alloc(cache, GFP_KERNEL)!
kmem_cache_free(cache, p)
p.read_u8(150)
say(1, 'returned', 1)
kmem_cache_destroy(cache)
