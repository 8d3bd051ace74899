// Case slab_geometry: caches of many sizes: usable bytes, order of a slab, distance of two objects, objects until the
// next slab begins.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { compound_order, GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free, ksize } from 'linux'
import { SLAB_NO_MERGE, virt_to_head_page } from 'linux'
import { told } from './slab-script.ts'

const SIZES = [
  1, 2, 4, 7, 8, 9, 12, 16, 20, 24, 31, 33, 40, 48, 56, 60, 64, 65, 72, 80, 88, 100, 104, 120, 128, 136, 144, 160,
  176, 192, 200, 224, 248, 256, 264, 272, 288, 320, 384, 400, 448, 500, 512, 520, 576, 600, 640, 672, 704, 768, 800,
  832, 896, 1000, 1024, 1088, 1200, 1360, 1400, 1500, 1600, 1800, 2000, 2048, 2100, 2304, 2600, 2720, 2728, 2736,
  3000, 3200, 3500, 4000, 4096, 4100, 4200, 5000, 5456, 5464, 6000, 7000, 8192, 9000, 10000, 12000, 16384, 20000,
  32768, 40000, 65536, 100000,
]

SIZES.forEach((size, step) => {
  const cache = kmem_cache_create('lab', size, 0, SLAB_NO_MERGE, null)!
  const first = kmem_cache_alloc(cache, GFP_KERNEL)!
  const slab = virt_to_head_page(first)
  told(step, `ksize(${size})`, ksize(first))
  told(step, `order(${size})`, compound_order(slab))
  const second = kmem_cache_alloc(cache, GFP_KERNEL)!
  const objects = [first, second]
  told(step, `stride(${size})`, virt_to_head_page(second) === slab ? Number(second.addr - first.addr) : 0)
  while (objects.length < 600 && virt_to_head_page(objects.at(-1)!) === slab) objects.push(kmem_cache_alloc(cache, GFP_KERNEL)!)
  told(step, `objs(${size})`, objects.length - 1)
  for (const one of objects) kmem_cache_free(cache, one)
  kmem_cache_destroy(cache)
})
