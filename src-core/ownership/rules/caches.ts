/** Rules over slab caches: destroyed with objects in use, used after that (KERNEL_FACTS D22, D27). */
import { hasKasan } from '../../trace/abi.ts'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Flag, Op, OP_NAMES } from '../../trace/ops.ts'
import { Mark } from '../allocation-table.ts'
import { generalProtection, kasan, nullPointer } from '../kernel-lines.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'

/** Offset of `nr_slabs` in struct kmem_cache_node of a kernel without debugging: where a new slab is counted. */
const NR_SLABS = 0x20n

/** The first allocation of each cache, and how many allocations were looked at for that. */
const firsts = new WeakMap<object, { readonly first: Map<number, number>; looked: number }>()

/** The allocation that a cache is, of merged ones the oldest: no object of it is older. 1 for a cache of the kernel. */
function firstOf({ desk, ledger: { allocations: table } }: Scene, cache: number): number {
  let known = firsts.get(desk)
  if (known === undefined) firsts.set(desk, (known = { first: new Map(), looked: 0 }))
  while (known.looked < table.lastId) {
    const id = ++known.looked
    if (table.kind(id) === AllocationKind.CACHE && !known.first.has(table.cache(id)))
      known.first.set(table.cache(id), id)
  }
  return known.first.get(cache) ?? 1
}

/** The allocation that a destroyed cache was: of merged ones the newest. 0 = not known. */
function destroyed({ ledger: { allocations: table } }: Scene, cache: number): number {
  for (let id = table.lastId; id > 0; id--)
    if (table.kind(id) === AllocationKind.CACHE && table.cache(id) === cache + 1) return id
  return 0
}

/** kmem_cache_alloc() or kmem_cache_shrink() of a cache that was destroyed: `struct kmem_cache` is a freed object. */
export function staleCacheRule(scene: Scene, row: Row): void {
  const { names, story, desk, machine } = scene
  const id = destroyed(scene, row.op === Op.kmem_cache_shrink ? row.subject : row.a)
  const call = OP_NAMES[row.op] ?? 'kmem_cache_alloc'
  const stops = row.has(Flag.FAULT)
  desk.raise({
    code: 'slab-use-after-free',
    step: row.step,
    allocation: id,
    message: `${names.operandWord(row.site, 'the cache')} is given to ${call}() after it was destroyed`,
    story: [...(id === 0 ? [] : story.of(id)), usedLine(scene, row)],
    fix: 'destroy the cache when nobody will use it any more, and set the pointer to NULL then',
    kernel: !stops ? '' : hasKasan(machine) ? generalProtection(scene) : nullPointer(scene, NR_SLABS),
  })
}

export function destroyRule(scene: Scene, row: Row): void {
  const { ledger, names, story, desk } = scene
  const table = ledger.allocations
  const cache = table.cache(row.allocation)
  if (row.allocation === 0 || cache === 0) return
  if (table.freedAt(row.allocation) !== 0) {
    desk.raise({
      code: 'slab-double-free',
      step: row.step,
      allocation: row.allocation,
      message: `${names.operandWord(row.site, 'the cache')} is destroyed a second time`,
      story: [...story.of(row.allocation), usedLine(scene, row)],
      fix: 'let one owner destroy the cache, and set the pointer to NULL when it is destroyed',
      kernel: kasan(scene, row, 'slab-use-after-free'),
    })
    return
  }
  const live: number[] = []
  for (let id = firstOf(scene, cache); id <= table.lastId; id++) {
    // Merged with another that goes on: this only gives up a name (mm/slab_common.c, s->refcount).
    if (table.kind(id) === AllocationKind.CACHE && id !== row.allocation && table.cache(id) === cache) {
      if ((table.mark(id) & Mark.FREED) === 0) return
    }
    if (table.kind(id) !== AllocationKind.CACHE_OBJECT || table.cache(id) !== cache) continue
    if ((table.mark(id) & Mark.FREED) === 0 && table.ownerEnd(id) === 0 && desk.blameFor(id) === null) live.push(id)
  }
  if (live.length === 0) return
  const name = story.cache(cache - 1)
  const finding = desk.raise({
    code: 'cache-destroy-busy',
    step: row.step,
    allocation: row.allocation,
    message:
      `kmem_cache_destroy() of ${names.described(row.allocation)}: ${live.length} ` +
      `object${live.length === 1 ? '' : 's'} ` +
      'of it still in use',
    story: [...live.slice(0, 4).map((id) => story.allocated(id)), usedLine(scene, row)],
    fix: 'free every object first; wait with rcu_barrier() for the ones that RCU callbacks free',
    kernel: `BUG ${name} (Not tainted): Objects remaining on __kmem_cache_shutdown()`,
  })
  desk.blame(row.allocation, finding)
  for (const id of live) desk.blame(id, finding)
}
