/** Gets that took nothing in this era, and the object that a slab page handle stands for. */
import { Mark } from '../allocation-table.ts'
import type { Finding } from '../finding.ts'
import type { Row } from '../row.ts'
import type { Scene } from '../scene.ts'

/** Gets that took nothing, by the allocation they were meant for: what their puts do is a consequence. */
const believed = new WeakMap<object, Map<number, Finding>>()
export function beliefs(scene: Scene): Map<number, Finding> {
  let known = believed.get(scene.desk)
  if (known === undefined) believed.set(scene.desk, (known = new Map()))
  return known
}

/**
 * The slab object a page handle came from: what virt_to_page() was given, else the only object of the page, else
 * the slab.
 */
export function objectBehind(scene: Scene, row: Row): number {
  const { ledger, names } = scene
  const table = ledger.allocations
  const handle = names.operand(row.site)
  let newest = 0
  let live = 0
  let count = 0
  for (let id = table.lastId; id > 0; id--) {
    if (table.slab(id) !== row.allocation) continue
    for (let at = table.pointers(id); at !== 0; at = ledger.pointers.older(at)) {
      if (handle !== '' && names.assigned(ledger.pointers.site(at)) === handle) return id
      if (newest === 0 || ledger.pointers.step(at) > ledger.pointers.step(table.pointers(newest))) newest = id
    }
    if ((table.mark(id) & Mark.FREED) === 0) {
      live = id
      count++
    }
  }
  return newest !== 0 ? newest : count === 1 ? live : row.allocation
}
