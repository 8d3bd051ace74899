// Case j: objects of 200 bytes: their distance, how many fit, fresh slabs from the first object up, freed objects
// last in, first out (with KASAN: not reused at once); size and order of the kmalloc classes.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 1 kmem_cache_size: the surface has no kmem_cache_size
import { compound_order, GFP_KERNEL, kfree, kmalloc, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'
import { kmalloc_size_roundup, page_address, SLAB_NO_MERGE, virt_to_head_page } from 'linux'
import { say } from './measure.ts'

const cache = kmem_cache_create('lab200', 200, 8, SLAB_NO_MERGE, null)!
const o = Array.from({ length: 8 }, () => kmem_cache_alloc(cache, GFP_KERNEL)!)
const base = page_address(virt_to_head_page(o[0]!))!.addr
o.forEach((p, i) => say(2, `o[${i}]-slab_base`, p.addr - base))
say(2, 'slab_order', compound_order(virt_to_head_page(o[0]!)))
for (const i of [2, 5, 1]) kmem_cache_free(cache, o[i]!)
const n = Array.from({ length: 4 }, () => kmem_cache_alloc(cache, GFP_KERNEL)!)
n.forEach((p, i) => say(4, `n[${i}]-slab_base`, p.addr - base))
say(4, 'n0==o1', n[0]!.eq(o[1]!))
say(4, 'n1==o5', n[1]!.eq(o[5]!))
say(4, 'n2==o2', n[2]!.eq(o[2]!))
for (const p of [...n, ...[0, 3, 4, 6, 7].map((i) => o[i]!)]) kmem_cache_free(cache, p)
kmem_cache_destroy(cache)
for (const size of [1, 8, 9, 16, 24, 33, 64, 65, 96, 97, 128, 129, 192, 193, 200, 256, 257, 512, 513, 1024, 1025, 2048, 2049, 4096, 4097, 8192]) {
  const p = kmalloc(size, GFP_KERNEL)!
  say(5, `kmalloc_size_roundup(${size})`, kmalloc_size_roundup(size))
  say(5, `slab_order(kmalloc(${size}))`, compound_order(virt_to_head_page(p)))
  kfree(p)
}
