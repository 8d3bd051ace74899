/** How a driver fills, clears and describes the mappings of user programs. */

import type ts from 'typescript'
import { staleHolder, useAfterFree } from './access.ts'
import type { Core } from './core.ts'
import type { Reference } from './memory.ts'
import type { NativeFunction } from './natives-memory.ts'
import { countSilently } from './pages.ts'
import { withPage } from './perform.ts'
import { Area, areaAt, clearEntries, insertEntry, openAreas, pageIndex } from './processes.ts'
import { Address, List, Numbered, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'

export const VM = { VM_IO: 0x4000, VM_PFNMAP: 0x400, VM_MIXEDMAP: 0x1000_0000 } as const

/** Which page of an area the driver fills: where an address lies, else the next free one. */
function slotOf(area: Area, at: Value): number {
  const address = at instanceof Numbered ? at.of : at
  if (address instanceof Address && address.memory === area.memory && address.offset !== null) return pageIndex(address)
  let free = 0
  while (area.entries.has(free)) free++
  return free
}

/** A held reference becomes one that anybody may drop. */
function release({ memory, index }: PageRef, reference: Reference): void {
  const { references } = memory.page(index)
  const at = references.indexOf(reference)
  if (at >= 0) references[at] = { ...reference, held: false }
}

/** True if the call stands alone: nobody looks at its result. */
function isIgnored(node: ts.Node): boolean {
  const parent = node.parent as ts.Node & { readonly expression?: ts.Node; readonly operatorToken?: ts.Node }
  return (
    parent.expression === node &&
    parent.operatorToken === undefined &&
    !('thenStatement' in parent) &&
    !isReturn(parent)
  )
}

function isReturn(node: ts.Node): boolean {
  return /^return\b/.test(node.getText())
}

function refuse({ world }: Core, area: Area, page: PageRef, at: number): string | null {
  if (['slab', 'cache', 'large-kmalloc'].includes(page.memory.kind)) return 'slab pages are refused'
  if (area.entries.has(at)) return 'there is an entry already'
  if (page.memory.isTail(page.index)) return 'this page of a block has no count of its own'
  const isFree = page.memory.kind === 'page' && page.memory.page(page.index).count === 0
  return isFree && world.pageRef('page') !== 'none' ? 'a free page is refused' : null
}

function insertPage(core: Core, area: Value, at: Value, page: PageRef, node: ts.Node, by: string): Value {
  if (!(area instanceof Area)) return new Unknown()
  const { world } = core
  const { memory } = page
  if (world.takeFailure(by)) return -12
  const slot = slotOf(area, at)
  const why = refuse(core, area, page, slot)
  if (why !== null) {
    if (isIgnored(node)) world.raise('insert-page-misuse', node, `${why}, and nobody looks at the result`, { memory })
    return why.startsWith('there') ? -16 : -22
  }
  if (world.faults.includes(area) && (area.flags & VM.VM_MIXEDMAP) === 0) {
    world.raise('insert-page-misuse', node, 'in a fault handler the area has to have VM_MIXEDMAP already', { memory })
    return -22
  }
  staleHolder(core, page, node)
  const reference = countSilently(page, node, world.task)
  area.flags |= VM.VM_MIXEDMAP
  insertEntry(core, area, slot, page, reference, node, by)
  return 0
}

const insertPfn =
  (by: string, result: number): NativeFunction =>
  (core, [area, at, pfn], node) => {
    const page = pageOf(pfn)
    if (!(area instanceof Area)) return new Unknown()
    if (core.world.takeFailure(by)) return by.startsWith('vmf') ? 1 : -12
    if (page === null) return result
    if (page.memory.freed !== null) useAfterFree(core, page.memory, node)
    if (by !== 'vmf_insert_mixed') area.flags |= VM.VM_PFNMAP
    const reference = by === 'vmf_insert_mixed' ? countSilently(page, node, core.world.task) : null
    insertEntry(core, area, slotOf(area, at), page, reference, node, by)
    return result
  }

function pageOf(value: Value): PageRef | null {
  if (value instanceof PageRef) return value
  if (!(value instanceof Numbered)) return null
  return value.of instanceof PageRef ? value.of : new PageRef(value.of.memory, pageIndex(value.of))
}

const insertMany: NativeFunction = (core, args, node) => {
  const list = args.find((arg) => arg instanceof List && arg.items[0] instanceof PageRef)
  if (!(list instanceof List)) return 0
  for (const page of list.items) {
    const result = page instanceof PageRef ? insertPage(core, args[0], undefined, page, node, 'vm_insert_pages') : 0
    if (result !== 0) return result
  }
  return 0
}

const setFlags =
  (set: boolean): NativeFunction =>
  (core, [area, flags], node) => {
    if (!(area instanceof Area) || typeof flags !== 'number') return undefined
    const special = [...area.entries.values()].some((entry) => !entry.counted)
    if (!set && (flags & area.flags & VM.VM_PFNMAP) !== 0 && special) {
      core.world.raise('bad-pte-special', node, 'VM_PFNMAP is cleared while its entries are there', {
        memory: [...area.entries.values()][0]?.page.memory ?? null,
      })
    }
    area.flags = set ? area.flags | flags : area.flags & ~flags
    return undefined
  }

/** Clears a range of an area that the driver names by address: a mapping that moved is missed. */
const zapRange: NativeFunction = (core, [area, at], node) => {
  if (!(area instanceof Area)) return undefined
  const address = at instanceof Numbered ? at.of : at
  if (address instanceof Address && address.memory !== area.memory) {
    for (const { mapping, counted, page } of area.entries.values()) {
      mapping.missedBy = node
      if (counted)
        core.world.raise('zap-by-address', node, 'the mapping was moved: nothing is mapped at this address', page)
    }
    return undefined
  }
  clearEntries(core, area, node)
  return undefined
}

const zapArea: NativeFunction = (core, [area], node) => {
  if (area instanceof Area) clearEntries(core, area, node)
  return undefined
}

const zapFile: NativeFunction = (core, _args, node) => {
  for (const area of openAreas(core)) clearEntries(core, area, node)
  return undefined
}

export const AREA_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  vm_insert_page: (core, [area, at, page], node) => {
    let result: Value = new Unknown()
    withPage(core, page, node, (given) => {
      result = insertPage(core, area, at, given, node, 'vm_insert_page')
    })
    return result
  },
  vm_insert_pages: insertMany,
  vm_map_pages: insertMany,
  remap_pfn_range: insertPfn('remap_pfn_range', 0),
  vmf_insert_pfn: insertPfn('vmf_insert_pfn', 0x100),
  vmf_insert_mixed: insertPfn('vmf_insert_mixed', 0x100),
  vm_flags_set: setFlags(true),
  vm_flags_clear: setFlags(false),
  pte_clear: (core, [mm, at], node) => {
    const address = at instanceof Numbered ? at.of : at
    const area = areaAt(core, address)
    const entry = area?.entries.get(address instanceof Address ? pageIndex(address) : 0)
    if (area === undefined || entry === undefined) return mm === undefined ? new Unknown() : undefined
    area.entries.delete(address instanceof Address ? pageIndex(address) : 0)
    entry.mapping.stale = node
    // The entry's reference is the driver's to drop now.
    if (entry.reference !== null) release(entry.page, entry.reference)
    return undefined
  },
  pte_set: (core, [, at, value], node) => {
    const area = areaAt(core, at instanceof Numbered ? at.of : at)
    if (area !== undefined && area.file === null && value instanceof Numbered && value.special) {
      core.world.raise('bad-pte-special', node, 'a special entry in an ordinary area', { memory: value.of.memory })
    }
    return undefined
  },
  tlb_flush: (core, _args, node) => {
    for (const memory of core.world.memories) {
      for (const mapping of memory.mappings)
        if (mapping.stale !== null) mapping.ended ??= core.world.ending(node, 'tlb_flush')
    }
    return undefined
  },
  zap_page_range_single: zapRange,
  zap_vma_ptes: zapArea,
  unmap_mapping_range: zapFile,
}
