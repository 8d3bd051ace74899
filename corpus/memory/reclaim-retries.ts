// @machine memory=16M debug=off
// @expect none
//
// How often an allocation reclaims before it fails (__alloc_pages_slowpath()): as long as reclaim frees something for
// orders up to PAGE_ALLOC_COSTLY_ORDER; once above it, or some times with __GFP_RETRY_MAYFAIL; once with __GFP_NORETRY, and
// above the costly order not at all. The reserves are for __GFP_NOFAIL, when reclaim does not help any more.
import { __free_page, alloc_page, alloc_pages, drain_all_pages, GFP_ATOMIC, GFP_KERNEL, GFP_NOWAIT } from 'linux'
import { __GFP_COMP, __GFP_NOFAIL, __GFP_NORETRY, __GFP_NOWARN, __GFP_RETRY_MAYFAIL } from 'linux'
import { kmalloc, kvfree, kvmalloc, shrinker_alloc, shrinker_free, shrinker_register } from 'linux'
import { WARN_ON, __GFP_HIGHMEM, is_vmalloc_addr, vmalloc } from 'linux'
import type { page } from 'linux'

const held: page[] = []
let masks: number[] = []
let frees = false
const shrinker = shrinker_alloc(0, 'counter')!
// It says that it freed something, and frees nothing, or pages that lie apart.
shrinker.count_objects = () => 64
shrinker.seeks = 0
shrinker.batch = 32
shrinker.scan_objects = (_shrinker, control) => {
  masks.push(control.gfp_mask)
  if (frees) for (let i = 0; i < 4; i++) __free_page(held.splice(2 * i, 1)[0]!)
  return 32
}
const take = () => alloc_page(GFP_NOWAIT)
for (let p = take(); p !== null; p = take()) held.push(p)
drain_all_pages()
for (let p = take(); p !== null; p = take()) held.push(p)
shrinker_register(shrinker)

/** Rounds of reclaim that an allocation, which fails, makes. */
function rounds(order: number, gfp: number): number {
  masks = []
  WARN_ON(alloc_pages(gfp | __GFP_NOWARN, order) !== null)
  WARN_ON(masks.some((mask) => mask !== (gfp | __GFP_NOWARN)))
  return masks.length
}

for (const order of [0, 1, 3]) {
  WARN_ON(rounds(order, GFP_KERNEL) !== 16)
  WARN_ON(rounds(order, GFP_KERNEL | __GFP_RETRY_MAYFAIL) !== 16)
  WARN_ON(rounds(order, GFP_KERNEL | __GFP_NORETRY) !== 1)
  WARN_ON(rounds(order, GFP_NOWAIT) !== 0)
}
for (const order of [4, 9]) {
  WARN_ON(rounds(order, GFP_KERNEL) !== 1)
  WARN_ON(rounds(order, GFP_KERNEL | __GFP_RETRY_MAYFAIL) !== 4)
  WARN_ON(rounds(order, GFP_KERNEL | __GFP_NORETRY) !== 0)
  WARN_ON(rounds(order, GFP_ATOMIC) !== 0)
}
// What is too large fails at once, without reclaim.
WARN_ON(rounds(11, GFP_KERNEL) !== 0)
WARN_ON(kmalloc(8 * 1024 * 1024, GFP_KERNEL | __GFP_NOWARN) !== null || masks.length !== 0)
WARN_ON(vmalloc(32 * 1024 * 1024) !== null || masks.length !== 0)

// __GFP_NOFAIL reclaims like the others, then takes of the reserves.
masks = []
const sure = alloc_page(GFP_KERNEL | __GFP_NOFAIL)
WARN_ON(sure === null || masks.length !== 16)
__free_page(sure!)
held.push(take()!)

// kvmalloc() tries kmalloc() once and quickly, then an area page by page.
frees = true
masks = []
const area = kvmalloc(3 * 4096, GFP_KERNEL)
WARN_ON(area === null || !is_vmalloc_addr(area!))
WARN_ON(masks[0] !== (GFP_KERNEL | __GFP_COMP | __GFP_NOWARN | __GFP_NORETRY))
WARN_ON(masks.length > 1 && masks[1] !== (GFP_KERNEL | __GFP_HIGHMEM | __GFP_NOWARN))
kvfree(area!)
for (const p of held) if (p !== null) __free_page(p)
shrinker_free(shrinker)
