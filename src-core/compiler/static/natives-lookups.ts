/** From addresses to pages and back, and what a page says of itself: linux/mm.h's conversions. */

import type ts from 'typescript'
import { born, isGone, nameOf, useAfterFree } from './access.ts'
import type { Core } from './core.ts'
import type { Memory } from './memory.ts'
import type { NativeFunction } from './natives-memory.ts'
import { frameKind, mustHaveCount } from './pages.ts'
import { withPage } from './perform.ts'
import { Address, NullPointer, Numbered, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'

/** The page behind an address, as arithmetic on the linear map finds it. */
function virtToPage(core: Core, [at]: readonly Value[], node: ts.Node): Value {
  if (!(at instanceof Address)) return new Unknown()
  const { memory, offset } = at
  if ((memory.kind === 'vmalloc' || memory.kind === 'vmap' || memory.kind === 'kv') && !at.linear) {
    core.world.raise(
      'virt-to-page-on-vmalloc',
      node,
      `${nameOf(memory)} is vmalloc memory: it is not in the linear map`,
      {
        memory,
        possible: memory.kind === 'kv',
        notes: born(memory),
      },
    )
    return new Unknown()
  }
  return new PageRef(memory, offset === null ? 0 : Math.floor(offset / memory.pageSize))
}

function vmallocToPage(core: Core, [at]: readonly Value[], node: ts.Node): Value {
  if (!(at instanceof Address)) return new Unknown()
  const { memory, offset } = at
  if (['slab', 'large-kmalloc', 'cache', 'page'].includes(memory.kind)) {
    core.world.raise(
      'vmalloc-to-page-on-linear',
      node,
      `${nameOf(memory)} is in the linear map, not in a vmalloc area`,
      {
        memory,
        notes: born(memory),
      },
    )
    return new Unknown()
  }
  if (memory.size !== null && offset !== null && offset >= memory.size)
    return new NullPointer('vmalloc_to_page', node, true)
  const index = offset === null ? 0 : Math.floor(offset / memory.pageSize)
  const backing = memory.backing[index]
  return backing === undefined ? new PageRef(memory, index) : new PageRef(backing.memory, backing.index)
}

function pageAddress(core: Core, [page]: readonly Value[], node: ts.Node): Value {
  if (!(page instanceof PageRef)) return new Unknown()
  const { memory, index } = page
  const mapped = [...memory.mappings].some((one) => one.by === 'kmap' && one.page === index && one.ended === null)
  if (memory.highmem && !mapped) return new NullPointer('page_address', node, true, 'page-address-null-highmem')
  const at = new Address(memory, inSlab(memory) ? null : index * memory.pageSize, null, true)
  if (memory.kind === 'page' && isGone(at)) {
    useAfterFree(core, memory, node)
  }
  return at
}

function inSlab(memory: Memory): boolean {
  return memory.kind === 'slab' || memory.kind === 'cache' || memory.kind === 'foreign'
}

function nthPage(_core: Core, [page, n]: readonly Value[]): Value {
  if (!(page instanceof PageRef) || typeof n !== 'number') return new Unknown()
  return new PageRef(page.memory, page.index + n)
}

function pageFolio(core: Core, args: readonly Value[], node: ts.Node): Value {
  const [page] = args
  if (page instanceof PageRef && page.memory.kind !== 'foreign') mustHaveCount(core, page.memory, node)
  return sameBlock(core, args)
}

function sameBlock(_core: Core, [page]: readonly Value[]): Value {
  return page instanceof PageRef && page.memory.compound ? new PageRef(page.memory, 0) : page
}

function toPage(core: Core, [number]: readonly Value[], node: ts.Node): Value {
  if (typeof number === 'number') return new PageRef(core.world.allocate('wild', node, 'pfn_to_page', null), 0)
  if (!(number instanceof Numbered)) return new Unknown()
  const { of } = number
  return of instanceof PageRef
    ? of
    : new PageRef(of.memory, of.offset === null ? 0 : Math.floor(of.offset / of.memory.pageSize))
}

const asNumber =
  (what: 'pfn' | 'phys'): NativeFunction =>
  (_core, [value]) =>
    value instanceof PageRef || value instanceof Address ? new Numbered(what, value) : new Unknown()

function physToVirt(core: Core, [number]: readonly Value[], node: ts.Node): Value {
  if (number instanceof Numbered) {
    const { of } = number
    return of instanceof Address ? of : new Address(of.memory, of.index * of.memory.pageSize, null, true)
  }
  if (typeof number !== 'bigint' && typeof number !== 'number') return new Unknown()
  return new Address(core.world.allocate('wild', node, 'phys_to_virt', null), 0)
}

/** The count, where the text tells it. */
const refCount: NativeFunction = (core, [page], node) => {
  let count: Value = new Unknown()
  withPage(core, page, node, ({ memory, index }) => {
    const counted = core.world.pageRef(frameKind(memory)) === 'counted'
    if (memory.kind === 'page' || memory.kind === 'large-kmalloc') count = counted ? memory.page(index).count : 0
    else if (inSlab(memory) && memory.kind !== 'foreign' && !counted) count = 0
  })
  return count
}

export const LOOKUP_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  virt_to_page: virtToPage,
  virt_to_head_page: virtToPage,
  vmalloc_to_page: vmallocToPage,
  vmalloc_to_pfn: (core, args, node) => {
    const page = vmallocToPage(core, args, node)
    return page instanceof PageRef ? new Numbered('pfn', page) : new Unknown()
  },
  page_address: pageAddress,
  folio_address: pageAddress,
  page_to_virt: pageAddress,
  nth_page: nthPage,
  folio_page: nthPage,
  page_folio: pageFolio,
  compound_head: sameBlock,
  folio_page_idx: () => new Unknown(),
  page_to_pfn: asNumber('pfn'),
  page_to_phys: asNumber('phys'),
  virt_to_phys: (core, args, node) => {
    const page = virtToPage(core, args, node)
    return page instanceof PageRef && args[0] instanceof Address ? new Numbered('phys', args[0]) : new Unknown()
  },
  pfn_to_page: toPage,
  phys_to_page: toPage,
  phys_to_virt: physToVirt,
  is_vmalloc_addr: (_core, [at]) =>
    at instanceof Address && at.memory.kind !== 'kv' && at.memory.kind !== 'foreign'
      ? !at.linear && ['vmalloc', 'vmap'].includes(at.memory.kind)
      : new Unknown(),
  page_mapcount: (_core, [page]) => {
    if (!(page instanceof PageRef) || page.memory.kind !== 'page') return new Unknown()
    const { memory, index } = page
    return [...memory.mappings].filter((one) => one.kind === 'pte' && one.ended === null && one.page === index).length
  },
  PageSlab: (_core, [page]) =>
    page instanceof PageRef && page.memory.kind !== 'foreign' ? Number(inSlab(page.memory)) : new Unknown(),
  page_ref_count: refCount,
  page_count: refCount,
  folio_ref_count: refCount,
}
