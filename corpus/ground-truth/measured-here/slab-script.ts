/**
 * A cache of its own, and what is done with it, one instruction a line: `a N` allocates N objects, `f I …` frees those
 * with these numbers, `s` shrinks the cache. Printed is where each object lies: the number of its slab, in the order
 * in which slabs were first seen, and the offset in it.
 */
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free, kmem_cache_shrink } from 'linux'
import { page_address, pr_info, SLAB_NO_MERGE, virt_to_head_page } from 'linux'
import type { page, Ptr } from 'linux'

/** Prints one value of a step. */
export function told(step: number, what: string, value: number | string) {
  pr_info(`${step} ${what} = ${value}`)
}

export function slabScript(size: number, flags: number, text: string) {
  const cache = kmem_cache_create('lab', size, 0, flags | SLAB_NO_MERGE, null)!
  const objects: Ptr[] = []
  const live = new Set<number>()
  const slabs: page[] = []
  const place = (p: Ptr): string => {
    const head = virt_to_head_page(p)
    if (!slabs.includes(head)) slabs.push(head)
    return `${slabs.indexOf(head)}:${Number(p.addr - page_address(head)!.addr)}`
  }
  const free = (index: number) => {
    kmem_cache_free(cache, objects[index]!)
    live.delete(index)
  }
  text.trim().split('\n').forEach((line, at) => {
    const [what, ...numbers] = line.split(' ')
    if (what === 's') told(at + 1, 'shrink', kmem_cache_shrink(cache))
    else if (what === 'f') numbers.forEach((one) => free(Number(one)))
    else {
      for (let left = Number(numbers[0]); left > 0; left--) {
        const p = kmem_cache_alloc(cache, GFP_KERNEL)!
        told(at + 1, `o[${objects.length}]`, place(p))
        live.add(objects.length)
        objects.push(p)
      }
    }
  })
  for (const index of [...live]) free(index)
  kmem_cache_destroy(cache)
}
