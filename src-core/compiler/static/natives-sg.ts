/**
 * Scatterlists: entries name pages without a reference, a mapped list has two counts. Pages that lie one after the
 * other are merged for the device if it has an IOMMU.
 */

import ts from 'typescript'
import { isGone, nameOf, useAfterFree } from './access.ts'
import type { Core } from './core.ts'
import { endMapping, map } from './mappings.ts'
import type { Mapping } from './memory.ts'
import type { NativeFunction } from './natives-memory.ts'
import { mayFailErrno } from './perform.ts'
import { Address, Dict, DmaAddress, isNull, KernelObject, List, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'

/** The entries of a list, and what its mapping says. */
class SgList extends KernelObject {
  readonly entries: SgEntry[] = []
  mapped: {
    mappings: Mapping[]
    nents: number
    node: ts.Node
    by: string
    count: number
    direction: Value
    checked: boolean
  } | null = null
  wasMapped = false
  /** Entries whose CPU side was used while it is mapped. */
  readonly walked = new Map<number, ts.Node>()

  constructor() {
    super('sg-list')
  }
}

export class SgEntry extends KernelObject {
  page: PageRef | null = null
  length: Value = 0

  constructor(
    readonly list: SgList,
    readonly index: number,
  ) {
    super('scatterlist')
  }
}

export class SgTable extends KernelObject {
  list: SgList | null = null
  nents: Value = 0

  constructor() {
    super('sg_table')
  }
}

/** Tables made from plain objects, by the object. */
const tables = new WeakMap<Dict, SgTable>()

/** The table that a value is; a plain object becomes one when it is set up. */
function tableOf(value: Value): SgTable | null {
  if (value instanceof SgTable) return value
  return value instanceof Dict ? (tables.get(value) ?? null) : null
}

/** Fields of a plain object that stands for a table. */
function showFields(value: Value, table: SgTable): void {
  if (!(value instanceof Dict)) return
  for (const name of ['sgl', 'nents', 'orig_nents']) value.fields.set(name, tableField(table, name))
}

function makeList(length: number, into?: List): SgList {
  const list = new SgList()
  for (let i = 0; i < Math.min(length, 4096); i++) {
    const entry = new SgEntry(list, i)
    list.entries.push(entry)
    if (into !== undefined) into.items[i] = entry
  }
  return list
}

function listOf(value: Value): SgList | null {
  const table = tableOf(value)
  if (table !== null) return table.list
  if (value instanceof SgEntry) return value.list
  if (value instanceof List && value.items[0] instanceof SgEntry) return value.items[0].list
  return null
}

/** A field of an entry is read: which side is it of? */
export function sgField(core: Core, entry: SgEntry, name: string, node: ts.Node): Value {
  const { list, index } = entry
  const { mapped } = list
  if (name === 'dma_address' || name === 'dma_length') {
    if (mapped === null) return new Unknown()
    if (index >= mapped.nents) {
      mixup(core, list, node, `entry ${index} has no DMA address: the mapping has ${mapped.nents}`)
      return new Unknown()
    }
    const mapping = mapped.mappings[Math.min(index, mapped.mappings.length - 1)]
    return name === 'dma_address' && mapping !== undefined ? new DmaAddress(mapping, 0) : new Unknown()
  }
  if (mapped !== null && !list.walked.has(index)) list.walked.set(index, node)
  return name === 'length' ? entry.length : new Unknown()
}

function mixup(core: Core, list: SgList, node: ts.Node, message: string): void {
  const memory = list.entries[0]?.page?.memory ?? null
  core.world.raise('sg-iteration-mixup', node, message, {
    memory,
    notes: list.mapped === null ? [] : [{ text: 'mapped here', node: list.mapped.node }],
  })
}

/** True if a loop around a node counts to `nents`, to what the map returned, or to a parameter of a helper. */
function isBoundedByCount(node: ts.Node, map: ts.Node): boolean {
  const counts = new Set(['nents'])
  let holder: ts.Node = map
  while (ts.isParenthesizedExpression(holder.parent) || ts.isBinaryExpression(holder.parent)) holder = holder.parent
  if (ts.isVariableDeclaration(holder.parent)) counts.add(holder.parent.name.getText())
  if (ts.isBinaryExpression(holder) && ts.isIdentifier(holder.left)) counts.add(holder.left.text)
  const bounds: string[] = []
  for (let at: ts.Node = node; at.parent !== undefined; at = at.parent) {
    if (ts.isForStatement(at) && at.condition !== undefined) bounds.push(at.condition.getText())
    else if (ts.isWhileStatement(at) || ts.isDoStatement(at)) bounds.push(at.expression.getText())
    else if (ts.isCallExpression(at) && at.arguments.length > 1) bounds.push(at.arguments[1]!.getText())
    else if (ts.isFunctionLike(at)) for (const { name } of at.parameters) counts.add(name.getText())
  }
  return bounds.some((text) => (text.match(/\w+/g) ?? []).some((word) => counts.has(word)))
}

/** The mapping ends: was the CPU side walked with the number of DMA entries? */
function judgeWalk(core: Core, list: SgList): void {
  const { mapped, walked, entries } = list
  if (mapped === null || walked.size === 0 || mapped.nents >= entries.length) return
  const last = Math.max(...walked.keys())
  const node = walked.get(last)!
  if (last === mapped.nents - 1 && walked.size === mapped.nents && isBoundedByCount(node, mapped.node)) {
    mixup(core, list, node, `the CPU side has ${entries.length} entries, and only ${mapped.nents} were walked`)
  }
  walked.clear()
}

function mapList(
  core: Core,
  list: SgList,
  device: Value,
  count: Value,
  direction: Value,
  node: ts.Node,
  by: string,
): number {
  const used = list.entries.slice(0, typeof count === 'number' ? count : undefined)
  const iommu = device instanceof KernelObject && device.fields.get('iommu') === true
  let nents = 0
  let before: SgEntry | null = null
  const mappings: Mapping[] = []
  for (const entry of used) {
    const { page } = entry
    if (page === null) continue
    const { memory, index } = page
    if (isGone(new Address(memory, index * memory.pageSize))) {
      core.world.raise('sg-outlives-pages', node, `the list still names pages of ${nameOf(memory)}, which were freed`, {
        memory,
      })
      break
    }
    const merges =
      iommu && before?.page?.memory === memory && before.page.index + 1 === index && before.length === memory.pageSize
    if (!merges) nents++
    const bytes = typeof entry.length === 'number' ? entry.length : memory.pageSize
    const made = {
      kind: 'sg' as const,
      by,
      memory,
      page: index,
      from: index * memory.pageSize,
      size: bytes,
      direction,
      device,
    }
    const mapping = map(core, node, made)
    mapping.checked = true
    mappings.push(mapping)
    before = entry
  }
  list.mapped = { mappings, nents, node, by, count: used.length, direction, checked: false }
  list.wasMapped = true
  return nents
}

function unmapList(core: Core, list: SgList, count: Value, direction: Value, node: ts.Node, by: string): void {
  const { mapped } = list
  const memory = list.entries[0]?.page?.memory ?? null
  if (mapped === null) {
    if (list.wasMapped) core.world.raise('dma-double-unmap', node, 'the list is unmapped twice', { memory })
    return
  }
  if (!mapped.checked) {
    core.world.raise('dma-no-error-check', mapped.node, `nobody looked at what \`${mapped.by}()\` returned`, { memory })
  }
  judgeWalk(core, list)
  const wrong: string[] = []
  if (typeof count === 'number' && count !== mapped.count) wrong.push(`${count} entries instead of ${mapped.count}`)
  if (typeof direction === 'number' && direction !== mapped.direction) wrong.push('another direction')
  if (wrong.length > 0) {
    core.world.raise('dma-unmap-mismatch', node, `the unmap does not fit the map: ${wrong.join(', ')}`, {
      memory,
      notes: [{ text: 'mapped here', node: mapped.node }],
    })
  }
  for (const mapping of mapped.mappings) if (mapping.ended === null) endMapping(core, mapping, node, by)
  list.mapped = null
}

/** True if the result of a call is looked at. */
function isUsed(node: ts.Node): boolean {
  return !ts.isExpressionStatement(node.parent)
}

const dmaMapSg: NativeFunction = (core, [device, sgl, count, direction], node) => {
  const list = listOf(sgl)
  if (list === null) return new Unknown()
  const failed = core.world.takeFailure('dma_map_sg')
  const used = isUsed(node)
  if (failed || (used && !core.world.injects && core.world.decide(2, 'environment') === 1)) {
    core.world.mapFailed ||= used
    if (used) return 0
    mapList(core, list, device, count, direction, node, 'dma_map_sg')
    return 0
  }
  const nents = mapList(core, list, device, count, direction, node, 'dma_map_sg')
  list.mapped!.checked = used
  return nents
}

const dmaMapSgtable: NativeFunction = (core, [device, given, direction], node) => {
  const table = tableOf(given)
  if (table === null || table.list === null) return new Unknown()
  const used = isUsed(node)
  const failed = core.world.takeFailure('dma_map_sgtable')
  if (used && (failed || (!core.world.injects && core.world.decide(2, 'environment') === 1))) {
    core.world.mapFailed = true
    return -5
  }
  table.nents = mapList(core, table.list, device, undefined, direction, node, 'dma_map_sgtable')
  table.list.mapped!.checked = used
  showFields(given, table)
  return 0
}

const allocTable: NativeFunction = (core, args, node) => {
  const [given, second] = args
  if (given instanceof Dict && !tables.has(given)) tables.set(given, new SgTable())
  const table = tableOf(given)
  if (table === null) return new Unknown()
  const by = (node as ts.CallExpression).expression.getText()
  const error = mayFailErrno(core, by)
  if (error !== 0) return error
  const pages = second instanceof List ? second.items : null
  const count = pages !== null ? args[2] : second
  table.list = makeList(typeof count === 'number' ? count : (pages?.length ?? 1))
  table.memory = core.world.allocate('sg-table', node, by, null)
  if (pages !== null) {
    pages.forEach((page, i) => {
      const entry = table.list?.entries[i]
      if (entry === undefined) return
      entry.page = page instanceof PageRef ? page : null
      entry.length = core.world.pageSize
    })
  }
  table.nents = table.list.entries.length
  showFields(given, table)
  return 0
}

const walk =
  (dma: boolean): NativeFunction =>
  (core, args, node) => {
    const [subject] = args
    const list = listOf(subject)
    const body = args.at(-1)
    const bound = args.length === 3 ? args[1] : dma ? tableOf(subject)?.nents : undefined
    if (list === null) return undefined
    for (const entry of list.entries.slice(0, typeof bound === 'number' ? bound : undefined)) {
      core.call(body, undefined, [entry, entry.index], node)
    }
    return undefined
  }

const syncList =
  (side: 'cpu' | 'device'): NativeFunction =>
  (_core, [, subject]) => {
    for (const mapping of listOf(subject)?.mapped?.mappings ?? []) mapping.side = side
    return undefined
  }

function setEntry(entry: Value, page: PageRef | null, length: Value): undefined {
  if (!(entry instanceof SgEntry)) return undefined
  entry.page = page
  entry.length = length
  return undefined
}

function pageAt(at: Value): PageRef | null {
  return at instanceof Address ? new PageRef(at.memory, Math.floor((at.offset ?? 0) / at.memory.pageSize)) : null
}

/** An entry of a buffer is made by arithmetic on the linear map. */
function mustBeLinear(core: Core, at: Value, node: ts.Node): void {
  if (!(at instanceof Address) || at.linear) return
  const { kind } = at.memory
  if (kind !== 'vmalloc' && kind !== 'vmap') return
  core.world.raise('virt-to-page-on-vmalloc', node, `${nameOf(at.memory)} is vmalloc memory: not in the linear map`, {
    memory: at.memory,
  })
}

export const SG_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  sg_init_table: (_core, [sgl, count]) => {
    if (sgl instanceof List && typeof count === 'number') makeList(count, sgl)
    return undefined
  },
  sg_init_one: (core, [entry, at, length], node) => {
    if (isNull(at)) core.present(at, node, 'the buffer')
    if (at instanceof Address && isGone(at)) useAfterFree(core, at.memory, node)
    mustBeLinear(core, at, node)
    return setEntry(entry, pageAt(at), length)
  },
  sg_set_page: (_core, [entry, page, length]) => setEntry(entry, page instanceof PageRef ? page : null, length),
  sg_set_buf: (core, [entry, at, length], node) => {
    mustBeLinear(core, at, node)
    return setEntry(entry, pageAt(at), length)
  },
  sg_page: (core, [entry], node) => {
    if (!(entry instanceof SgEntry)) return new Unknown()
    sgField(core, entry, 'page_link', node)
    return entry.page ?? new Unknown()
  },
  sg_phys: (core, [entry], node) => {
    if (entry instanceof SgEntry) sgField(core, entry, 'page_link', node)
    return new Unknown()
  },
  sg_virt: (core, [entry], node) => {
    if (!(entry instanceof SgEntry)) return new Unknown()
    sgField(core, entry, 'page_link', node)
    const { page } = entry
    return page === null ? new Unknown() : new Address(page.memory, page.index * page.memory.pageSize, null, true)
  },
  sg_next: (_core, [entry]) =>
    entry instanceof SgEntry ? (entry.list.entries[entry.index + 1] ?? null) : new Unknown(),
  sg_dma_address: (core, [entry], node) =>
    entry instanceof SgEntry ? sgField(core, entry, 'dma_address', node) : new Unknown(),
  sg_dma_len: (core, [entry], node) =>
    entry instanceof SgEntry ? sgField(core, entry, 'dma_length', node) : new Unknown(),
  sg_alloc_table: allocTable,
  sg_alloc_table_from_pages: allocTable,
  sg_alloc_table_from_pages_segment: allocTable,
  sg_free_table: (core, [given], node) => {
    const table = tableOf(given)
    if (table === null) return undefined
    if (table.memory !== null) table.memory.freed ??= core.world.ending(node, 'sg_free_table')
    table.list = null
    return undefined
  },
  sg_copy_from_buffer: () => new Unknown(),
  sg_copy_to_buffer: () => new Unknown(),
  for_each_sg: walk(false),
  for_each_sgtable_sg: walk(false),
  for_each_sgtable_dma_sg: walk(true),
  dma_map_sg: dmaMapSg,
  dma_unmap_sg: (core, [, sgl, count, direction], node) => {
    const list = listOf(sgl)
    if (list !== null) unmapList(core, list, count, direction, node, 'dma_unmap_sg')
    return undefined
  },
  dma_map_sgtable: dmaMapSgtable,
  dma_unmap_sgtable: (core, [, table, direction], node) => {
    const list = listOf(table)
    if (list !== null) unmapList(core, list, undefined, direction, node, 'dma_unmap_sgtable')
    return undefined
  },
  dma_sync_sg_for_cpu: syncList('cpu'),
  dma_sync_sg_for_device: syncList('device'),
  dma_sync_sgtable_for_cpu: syncList('cpu'),
  dma_sync_sgtable_for_device: syncList('device'),
}

/** A field of a table. */
export function tableField(table: SgTable, name: string): Value {
  if (name === 'sgl') return table.list?.entries[0] ?? null
  if (name === 'nents') return table.nents
  return name === 'orig_nents' ? (table.list?.entries.length ?? 0) : new Unknown()
}

/** `new scatterlist()`: a list of one. */
export function newScatterlist(): SgEntry {
  return makeList(1).entries[0]!
}
