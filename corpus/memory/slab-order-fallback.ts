// @machine memory=16M
// @expect none
//
// When no block of a cache's order is left, a new slab has the smallest order that holds an object, and as many objects as
// fit in it (allocate_slab(), `s->min`). Nothing is reclaimed for the larger one; the smaller one may fail as the mask says.
import { __free_page, __GFP_MEMALLOC, alloc_page, compound_order, drain_all_pages, GFP_KERNEL, GFP_NOWAIT } from 'linux'
import {
  kfree,
  kmalloc,
  page_to_pfn,
  shrinker_alloc,
  shrinker_free,
  shrinker_register,
  virt_to_head_page,
  WARN_ON,
} from 'linux'
import type { page, Ptr } from 'linux'

let scans = 0
const shrinker = shrinker_alloc(0, 'counter')!
shrinker.count_objects = () => 1
shrinker.scan_objects = () => {
  scans++
  return 0
}

const held: page[] = []
const take = () => alloc_page(GFP_NOWAIT | __GFP_MEMALLOC)
for (let p = take(); p !== null; p = take()) held.push(p)
drain_all_pages()
for (let p = take(); p !== null; p = take()) held.push(p)
// Every other page: much memory, and no two pages beside each other.
const kept = held.filter((p) => page_to_pfn(p) % 2 === 1)
for (const p of held) if (page_to_pfn(p) % 2 === 0) __free_page(p)
drain_all_pages()
shrinker_register(shrinker)

const objects: Ptr[] = []
for (let i = 0; i < 40; i++) {
  const a = kmalloc(1024, GFP_KERNEL)
  WARN_ON(a === null || compound_order(virt_to_head_page(a)) !== 0)
  if (a !== null) objects.push(a)
}
WARN_ON(scans !== 0)
// 2048 bytes apart with debug=on: two in a page, and none lies in two pages.
const pages = new Set(objects.map((a) => page_to_pfn(virt_to_head_page(a))))
WARN_ON(pages.size !== 20)
for (const a of objects) a.write_u8(1023, 1)
for (const a of objects.reverse()) kfree(a)
for (const p of kept) __free_page(p)
shrinker_free(shrinker)
