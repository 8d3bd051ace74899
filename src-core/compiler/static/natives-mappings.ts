/** kmap and vmap. Local kmaps form a stack, one for each task. */

import type ts from 'typescript'
import { checkAccess, isGone, useAfterFree } from './access.ts'
import type { Core } from './core.ts'
import { endMapping, map } from './mappings.ts'
import { LOOKUP_FUNCTIONS } from './natives-lookups.ts'
import { mustBeSame } from './natives-memory.ts'
import type { NativeFunction } from './natives-memory.ts'
import { mayFail, mustNotBeAtomic, withPage } from './perform.ts'
import { Address, List, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'

const VM_MAP_PUT_PAGES = 0x200

function kmap(core: Core, page: Value, node: ts.Node, by: string): Value {
  let result: Value = new Unknown()
  withPage(core, page, node, ({ memory, index }) => {
    const offset = index * memory.pageSize
    if (memory.kind === 'foreign') {
      result = new Address(memory, null)
      return
    }
    if (memory.reused === 'unchecked' && !mustBeSame(core, memory, node)) return
    if (isGone(new Address(memory, offset, null, true))) useAfterFree(core, memory, node)
    const mapping = map(core, node, { kind: 'kmap', by, memory, page: index })
    if (by === 'kmap_local_page') stack(core).push(mapping)
    result = new Address(memory, offset, mapping, true)
  })
  return result
}

function stack(core: Core) {
  const { kmaps, task } = core.world
  let mine = kmaps.get(task)
  if (mine === undefined) kmaps.set(task, (mine = []))
  return mine
}

function kunmapLocal(core: Core, at: Value, node: ts.Node): undefined {
  if (!(at instanceof Address) || at.mapping === null) return undefined
  const { mapping, memory } = at
  const mine = stack(core)
  if (mapping.ended !== null) {
    core.world.raise('kmap-out-of-order', node, 'this mapping was ended before', { memory })
    return undefined
  }
  const top = mine.at(-1)
  if (top !== mapping && mine.includes(mapping)) {
    for (const other of mine) other.memory.blamed = true
    memory.blamed = false
    core.world.raise('kmap-out-of-order', node, 'local mappings form a stack: this is not the last one that was made', {
      memory,
      notes: top === undefined ? [] : [{ text: 'the last one is made here', node: top.node }],
    })
  }
  if (mine.includes(mapping)) mine.splice(mine.indexOf(mapping), 1)
  endMapping(core, mapping, node, 'kunmap_local')
  return undefined
}

function kunmap(core: Core, page: Value, node: ts.Node): undefined {
  if (!(page instanceof PageRef)) return undefined
  for (const mapping of page.memory.mappings) {
    if (mapping.by !== 'kmap' || mapping.page !== page.index || mapping.ended !== null) continue
    endMapping(core, mapping, node, 'kunmap')
    break
  }
  return undefined
}

function vmap(core: Core, args: readonly Value[], node: ts.Node): Value {
  const [pages, count, flags] = args
  mustNotBeAtomic(core, 'vmap', node)
  const failed = mayFail(core, 'vmap', node)
  if (failed !== null) return failed
  const items = pages instanceof List ? pages.items : []
  const area = core.world.allocate('vmap', node, 'vmap', typeof count === 'number' ? count * core.world.pageSize : null)
  area.ownsBacking = typeof flags === 'number' && (flags & VM_MAP_PUT_PAGES) !== 0
  area.backing = items.flatMap((page) => (page instanceof PageRef ? [{ memory: page.memory, index: page.index }] : []))
  for (const { memory, index } of area.backing) {
    if (area.ownsBacking) memory.handedOver = true
    map(core, node, { kind: 'vmap', by: 'vmap', memory, page: index })
  }
  return new Address(area, 0)
}

const copyPage =
  (write: boolean): NativeFunction =>
  (core, args, node) => {
    const page = write ? args[0] : args[1]
    const other = write ? args[2] : args[0]
    const length = typeof args[3] === 'number' ? args[3] : null
    withPage(core, page, node, ({ memory, index }) => {
      checkAccess(core, new Address(memory, index * memory.pageSize), null, node, write)
    })
    if (other instanceof Address) checkAccess(core, other, length, node, !write)
    return undefined
  }

/** Writes a page by its struct page: what it held is not known any more, or zeroes if it is a page alone. */
function overwrite(core: Core, page: Value, node: ts.Node, whole: boolean): undefined {
  withPage(core, page, node, ({ memory, index }) => {
    if (!checkAccess(core, new Address(memory, index * memory.pageSize), null, node, true)) return
    if (!whole || memory.order !== 0) return
    memory.contents.clear()
    memory.zeroed = true
  })
  return undefined
}

export const MAPPING_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  kmap_local_page: (core, [page], node) => kmap(core, page, node, 'kmap_local_page'),
  kmap_local_folio: (core, [folio, offset], node) => {
    const index = typeof offset === 'number' ? Math.floor(offset / core.world.pageSize) : new Unknown()
    const page = LOOKUP_FUNCTIONS['folio_page']!(core, [folio, index], node)
    const at = kmap(core, page, node, 'kmap_local_page')
    return at instanceof Address ? at.at(typeof offset === 'number' ? offset % core.world.pageSize : new Unknown()) : at
  },
  kmap: (core, [page], node) => kmap(core, page, node, 'kmap'),
  kunmap_local: (core, [at], node) => kunmapLocal(core, at, node),
  kunmap: (core, [page], node) => kunmap(core, page, node),
  vmap,
  memcpy_to_page: copyPage(true),
  clear_highpage: (core, [page], node) => overwrite(core, page, node, true),
  memzero_page: (core, [page], node) => overwrite(core, page, node, false),
  zero_user: (core, [page], node) => overwrite(core, page, node, false),
  copy_highpage: (core, [to, from], node) => {
    withPage(core, from, node, ({ memory, index }) => {
      checkAccess(core, new Address(memory, index * memory.pageSize), null, node, false)
    })
    return overwrite(core, to, node, false)
  },
  memcpy_from_page: copyPage(false),
}
