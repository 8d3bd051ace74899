// A machine that is short of memory, for the programs beside this one: a shrinker over a pool of pages, and all other
// memory held. `squeeze()` fills the pool and takes the rest; `reclaimed(mask, who)` says whether the shrinker ran since,
// in that task, with that mask.
import { __free_page, alloc_page, current, drain_all_pages, GFP_KERNEL, GFP_NOWAIT } from 'linux'
import { shrinker_alloc, shrinker_free, shrinker_register } from 'linux'
import type { page } from 'linux'

const pool: page[] = []
const held: page[] = []
let ran: string[] = []

const shrinker = shrinker_alloc(0, 'pool')!
shrinker.count_objects = () => pool.length
shrinker.scan_objects = (_shrinker, control) => {
  ran.push(`${control.gfp_mask.toString(16)} ${current.comm}`)
  let freed = 0
  while (freed < control.nr_to_scan && pool.length > 0) {
    __free_page(pool.pop()!)
    freed++
  }
  return freed
}
shrinker_register(shrinker)

function takeAll() {
  for (let p = alloc_page(GFP_NOWAIT); p !== null; p = alloc_page(GFP_NOWAIT)) held.push(p)
}

export function squeeze() {
  while (pool.length < 32) pool.push(held.pop() ?? alloc_page(GFP_KERNEL)!)
  takeAll()
  drain_all_pages()
  takeAll()
  ran = []
}

export function reclaimed(mask: number, who = 'insmod'): boolean {
  const yes = ran.includes(`${mask.toString(16)} ${who}`)
  ran = []
  return yes
}

export function relax() {
  for (const p of [...pool.splice(0), ...held.splice(0)]) __free_page(p)
  shrinker_free(shrinker)
}
