// @machine memory=16M
// @expect none
//
// A task that reclaims may use the reserves (PF_MEMALLOC) and does not reclaim again; __GFP_NOMEMALLOC takes that away,
// and __GFP_MEMALLOC gives it to anybody.
import { __free_page, __GFP_NOWARN, alloc_page, current, drain_all_pages, GFP_KERNEL, GFP_NOWAIT, WARN_ON } from 'linux'
import { shrinker_alloc, shrinker_free, shrinker_register } from 'linux'
import type { page } from 'linux'

const __GFP_MEMALLOC = 0x2_0000
const __GFP_NOMEMALLOC = 0x8_0000
const held: page[] = []
let depth = 0
let scans = 0
const shrinker = shrinker_alloc(0, 'pool')!
shrinker.count_objects = () => (held.length > 0 ? 1000 : 0)
shrinker.scan_objects = () => {
  scans++
  depth++
  WARN_ON(depth !== 1 || current.comm !== 'insmod')
  const reserve = alloc_page(GFP_KERNEL | __GFP_NOWARN)
  WARN_ON(reserve === null)
  if (scans === 1) WARN_ON(alloc_page(GFP_KERNEL | __GFP_NOMEMALLOC | __GFP_NOWARN) !== null)
  __free_page(reserve!)
  depth--
  __free_page(held.pop()!)
  return 1
}
function takeAll() {
  for (let p = alloc_page(GFP_NOWAIT); p !== null; p = alloc_page(GFP_NOWAIT)) held.push(p)
}
takeAll()
drain_all_pages()
takeAll()
const spare = alloc_page(GFP_NOWAIT | __GFP_MEMALLOC)
WARN_ON(spare === null)
shrinker_register(shrinker)
const page = alloc_page(GFP_KERNEL)
WARN_ON(page === null || scans === 0)
for (const each of [page!, spare!, ...held.splice(0)]) __free_page(each)
shrinker_free(shrinker)
