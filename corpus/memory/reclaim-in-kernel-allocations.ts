// @machine memory=16M
// @expect none
//
// Whatever allocates with direct reclaim runs the shrinkers, in its task and with the mask that the page allocator gets;
// what may not wait fails.
import {
  __free_page,
  alloc_page,
  free_pages_exact,
  alloc_pages_exact,
  dma_alloc_coherent,
  dma_free_coherent,
} from 'linux'
import { GFP_ATOMIC, GFP_KERNEL, GFP_NOFS, GFP_NOIO, GFP_NOWAIT, __GFP_NOWARN, __GFP_ZERO } from 'linux'
import { __GFP_COMP, __GFP_DMA32, __GFP_HIGHMEM, __GFP_NORETRY } from 'linux'
import { kfree, kmalloc, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'
import { sg_alloc_table, sg_free_table, sg_table, vfree, vmalloc, vzalloc, WARN_ON } from 'linux'
import type { Ptr } from 'linux'
import { device } from 'sim'
import { reclaimed, relax, squeeze } from './pressure.ts'

for (const mask of [GFP_KERNEL, GFP_NOFS, GFP_NOIO]) {
  squeeze()
  const page = alloc_page(mask)
  WARN_ON(page === null || !reclaimed(mask))
  __free_page(page!)
}

squeeze()
WARN_ON(alloc_page(GFP_NOWAIT) !== null || reclaimed(GFP_NOWAIT))
// It may go below the watermark that stops the others.
const urgent = alloc_page(GFP_ATOMIC)
WARN_ON(urgent === null || reclaimed(GFP_ATOMIC))
__free_page(urgent!)

squeeze()
const area = vmalloc(8 * 4096)
WARN_ON(area === null || !reclaimed(GFP_KERNEL | __GFP_HIGHMEM | __GFP_NOWARN))
vfree(area)
squeeze()
const zeroed = vzalloc(8 * 4096)
WARN_ON(zeroed === null || !reclaimed(GFP_KERNEL | __GFP_HIGHMEM | __GFP_NOWARN | __GFP_ZERO))
vfree(zeroed)

// A cache asks for pages when its slabs are full: without reclaim for more than one page (512 bytes lie 1024 apart here),
// else lightly at first (allocate_slab()).
const cache = kmem_cache_create('lab', 512, 0, 0, null)!
const objects: Ptr[] = []
squeeze()
for (let i = 0; i < 16; i++) objects.push(kmem_cache_alloc(cache, GFP_NOIO)!)
WARN_ON(objects.includes(null!) || !reclaimed(GFP_NOIO | __GFP_COMP))
for (const object of objects) kmem_cache_free(cache, object)
kmem_cache_destroy(cache)
squeeze()
const small: Ptr[] = []
for (let i = 0; i < 128; i++) small.push(kmalloc(64, GFP_KERNEL | __GFP_NOWARN)!)
WARN_ON(small.includes(null!) || !reclaimed(GFP_KERNEL | __GFP_COMP | __GFP_NOWARN | __GFP_NORETRY))
small.forEach(kfree)

squeeze()
const exact = alloc_pages_exact(100, GFP_NOFS)
WARN_ON(exact === null || !reclaimed(GFP_NOFS))
free_pages_exact(exact!, 100)

const nic = device('nic')
const handle: bigint[] = []
squeeze()
const coherent = dma_alloc_coherent(nic, 4096, handle, GFP_NOIO)
WARN_ON(coherent === null || !reclaimed(GFP_NOIO | __GFP_DMA32))
dma_free_coherent(nic, 4096, coherent!, handle[0]!)

const table = new sg_table()
squeeze()
WARN_ON(sg_alloc_table(table, 128, GFP_NOFS) !== 0 || !reclaimed(GFP_NOFS))
sg_free_table(table)
relax()
