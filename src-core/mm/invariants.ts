/**
 * What must hold between two steps of a program that made no mistake: every frame in exactly one state, lists and
 * fields in agreement, blocks aligned and disjoint. Throws `SimulatorBug` with the first difference.
 *
 * Not for speed: it looks at every frame. A program that misused memory may break these, as it breaks a real kernel.
 */
import { invariant } from '../base/assert.ts'
import { FrameKind } from '../trace/fields.ts'
import { MIGRATE_TYPES } from './free-lists.ts'
import { PCP_ORDERS } from './pcp.ts'
import type { Kernel } from './kernel.ts'
import { SlabPlace } from './slab-table.ts'

/** Checks pages, free lists and slabs of a kernel. */
export function checkInvariants(kernel: Kernel): void {
  checkPages(kernel)
  checkSlabs(kernel)
}

/** Every frame is free in exactly one block, or in use, or reserved; the counts add up. */
export function checkPages(kernel: Kernel): void {
  const { frames, pages, info } = kernel
  const seen = new Uint8Array(frames.count)
  const block = (pfn: number, order: number, kind: number, zone: number): void => {
    invariant(pfn % (1 << order) === 0, `block ${pfn} of order ${order} is not aligned`)
    invariant(pages.zoneOf(pfn) === zone, `block ${pfn} is on a list of zone ${zone}`)
    for (let i = pfn; i < pfn + (1 << order); i++) {
      // The words are made only when they are needed: this is for every free frame.
      const twice = seen[i] !== 0
      seen[i] = 1
      if (!twice && frames.kindOf(i) === kind && frames.refcount[i] === 0 && frames.allocationOf(i) === 0) continue
      invariant(!twice, `frame ${i} is in two free blocks`)
      invariant(frames.kindOf(i) === kind, `frame ${i} of a free block says kind ${frames.kindOf(i)}, not ${kind}`)
      invariant(frames.refcount[i] === 0, `free frame ${i} has a count of ${frames.refcount[i]}`)
      invariant(false, `free frame ${i} names an allocation`)
    }
  }
  info.zones.forEach((_, zone) => {
    let free = 0
    for (let order = 0; order <= pages.maxOrder; order++) {
      const types = Array.from({ length: MIGRATE_TYPES }, (__, type) => pages.lists.buddy(zone, order, type))
      for (const pfn of types.flatMap((list) => pages.lists.blocks(list))) {
        block(pfn, order, FrameKind.BUDDY, zone)
        invariant(frames.order[pfn] === order + 1, `buddy block ${pfn} stores order ${frames.order[pfn] - 1}`)
        const twin = pfn ^ (1 << order)
        invariant(
          order === pages.maxOrder ||
            twin >= frames.count ||
            !frames.isBuddy(twin) ||
            frames.order[twin] !== order + 1 ||
            pages.zoneOf(twin) !== zone,
          `twins ${pfn} and ${twin} did not merge`,
        )
        free += 1 << order
      }
    }
    invariant(free === pages.buddy.free[zone], `zone ${zone} counts ${pages.buddy.free[zone]} free frames, has ${free}`)
    for (let cpu = 0; cpu < info.cpus; cpu++) {
      let count = 0
      for (let order = 0; order < PCP_ORDERS; order++) {
        for (const pfn of pages.pcp.blocks(zone, cpu, order)) {
          block(pfn, order, FrameKind.PCP, zone)
          count += 1 << order
        }
      }
      invariant(count === pages.pcp.count[zone * info.cpus + cpu], `cpu ${cpu} of zone ${zone} counts wrongly`)
    }
  })
  for (let pfn = 0; pfn < frames.count; pfn++) {
    const kind = frames.kindOf(pfn)
    const free = kind === FrameKind.BUDDY || kind === FrameKind.PCP
    if (free !== (seen[pfn] === 1)) invariant(false, `frame ${pfn} is on no list`)
    if ((frames.marked[pfn] !== 0) !== frames.isMarked(pfn)) invariant(false, `frame ${pfn} is marked wrongly`)
    const head = frames.head[pfn]
    if (head === 0) continue
    invariant(frames.compoundOrder(head - 1) > 0, `tail ${pfn} points at ${head - 1}, which is no head`)
  }
}

/** Every slab's freelists hold exactly its free objects. */
export function checkSlabs(kernel: Kernel): void {
  const { slab, frames, info } = kernel
  const { table } = slab
  for (let id = 0; id < table.count; id++) {
    if (table.place[id] === SlabPlace.GONE) continue
    const cache = slab.caches[table.cache[id]]
    const free = new Set<number>()
    const walk = (first: number): void => {
      for (let at = first; at !== 0; at = table.nextFree[table.base[id] + at - 1]) {
        invariant(!free.has(at), `object ${at - 1} of slab ${id} is on a freelist twice`)
        free.add(at)
      }
    }
    walk(table.free[id])
    for (let cpu = 0; cpu < info.cpus; cpu++) if (cache.cpuSlab[cpu] === id) walk(cache.cpuFree[cpu])
    let live = 0
    for (let i = 0; i < table.objects[id]; i++) {
      const used = table.allocation[table.base[id] + i] !== 0
      if (used === free.has(i + 1)) {
        invariant(false, `object ${i} of slab ${id} is ${used ? 'used and free' : 'lost'}`)
      }
      if (used) live++
    }
    invariant(live === table.live[id], `slab ${id} counts ${table.live[id]} live objects, has ${live}`)
    invariant(frames.kindOf(table.pfn[id]) === FrameKind.SLAB, `slab ${id} lies on a frame of another kind`)
    invariant(frames.slab[table.pfn[id]] === cache.id + 1, `slab ${id} is not marked on its frame`)
    invariant(table.place[id] !== SlabPlace.FULL || free.size === 0, `full slab ${id} has free objects`)
  }
}
