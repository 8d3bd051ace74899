/**
 * User programs and what they make a driver do: open, mmap, ioctl of a device file call the driver's functions;
 * page table entries reach the driver's pages until they are unmapped.
 */

import type ts from 'typescript'
import type { Core } from './core.ts'
import { map } from './mappings.ts'
import type { Mapping } from './memory.ts'
import type { NativeFunction } from './natives-memory.ts'
import { takeReference, dropReference } from './pages.ts'
import { withPage } from './perform.ts'
import { runLater } from './tasks.ts'
import { Address, Dict, isNullish, KernelObject, List, Numbered, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'

/** A mapping of a user address space. */
export class Area extends KernelObject {
  readonly entries: { mapping: Mapping; page: PageRef; counted: boolean }[] = []
  open = true

  constructor() {
    super('vm_area_struct')
  }
}

function operation(core: Core, misc: Value, name: string, node: ts.Node): Value {
  if (isNullish(misc) || !(misc instanceof Dict)) return undefined
  const fops = core.member(misc, 'fops', node)
  return isNullish(fops) || fops instanceof Unknown ? undefined : core.member(fops, name, node)
}

const registered: NativeFunction = (core, [misc]) => {
  core.world.misc.push(misc)
  return core.world.decide(2, 'environment') === 1 ? -16 : 0
}

const openFile: NativeFunction = (core, [path], node) => {
  const name = typeof path === 'string' ? path.replace(/^\/dev\//, '') : null
  const misc = core.world.misc.find((one) => one instanceof Dict && (name === null || one.fields.get('name') === name))
  if (misc === undefined) return new Unknown()
  const file = new KernelObject('file')
  file.fields.set('misc', misc)
  file.fields.set('private_data', null)
  const open = operation(core, misc, 'open', node)
  if (!isNullish(open)) {
    const result = core.call(open, misc, [file], node)
    if (typeof result === 'number' && result < 0) return result
  }
  return file
}

const ioctl: NativeFunction = (core, [file, command, argument], node) => {
  if (!(file instanceof KernelObject)) return new Unknown()
  const misc = file.fields.get('misc')
  const handler = operation(core, misc, 'unlocked_ioctl', node) ?? operation(core, misc, 'ioctl', node)
  return isNullish(handler) ? new Unknown() : core.call(handler, undefined, [file, command, argument], node)
}

const fileCall =
  (name: string): NativeFunction =>
  (core, args, node) => {
    const [file] = args
    if (!(file instanceof KernelObject)) return new Unknown()
    const handler = operation(core, file.fields.get('misc'), name, node)
    return isNullish(handler) ? new Unknown() : core.call(handler, undefined, args, node)
  }

const closeFile: NativeFunction = (core, [file], node) => {
  if (!(file instanceof KernelObject)) return new Unknown()
  const handler = operation(core, file.fields.get('misc'), 'release', node)
  const areas = core.world.areas.some(
    (area) => area instanceof Area && area.open && area.fields.get('vm_file') === file,
  )
  if (!isNullish(handler) && !areas) core.call(handler, undefined, [file], node)
  return 0
}

const mmap: NativeFunction = (core, args, node) => {
  const [, length, , , file] = args
  const memory = core.world.allocate('user', node, 'mmap', typeof length === 'number' ? length : null)
  memory.escaped = true
  const area = new Area()
  area.memory = memory
  const start = new Numbered('addr', new Address(memory, 0))
  area.fields.set('vm_start', start)
  area.fields.set('vm_file', file)
  core.world.areas.push(area)
  if (file instanceof KernelObject) {
    const handler = operation(core, file.fields.get('misc'), 'mmap', node)
    if (!isNullish(handler)) {
      const result = core.call(handler, undefined, [file, area], node)
      if (typeof result === 'number' && result < 0) return -1
    }
  }
  return new Address(memory, 0)
}

/** Ends the entries of an area, and the references they held. */
function clear(core: Core, area: Area, node: ts.Node): void {
  for (const { mapping, page, counted } of area.entries.splice(0)) {
    if (mapping.ended !== null) continue
    mapping.ended = core.world.ending(node, 'munmap')
    if (!counted || page.memory.freed !== null) continue
    dropReference(core, page, node, 'put_page')
  }
}

const munmap: NativeFunction = (core, [at], node) => {
  for (const area of core.world.areas) {
    if (!(area instanceof Area) || !(at instanceof Address) || area.memory !== at.memory || !area.open) continue
    area.open = false
    at.memory.freed = core.world.ending(node, 'munmap')
    clear(core, area, node)
    const ops = area.fields.get('vm_ops')
    if (ops instanceof Dict) {
      const close = ops.fields.get('close')
      if (!isNullish(close)) core.call(close, undefined, [area], node)
    }
  }
  return 0
}

function insert(core: Core, area: Value, page: PageRef, node: ts.Node, by: string, counted: boolean): void {
  if (!(area instanceof Area)) return
  if (counted) takeReference(core, page, node)
  const { memory, index } = page
  const mapping = map(core, node, { kind: counted ? 'pte' : 'pfn-pte', by, memory, page: index })
  area.entries.push({ mapping, page, counted })
}

const pageOf = (value: Value): PageRef | null => {
  if (value instanceof PageRef) return value
  if (!(value instanceof Numbered)) return null
  return value.of instanceof PageRef
    ? value.of
    : new PageRef(value.of.memory, Math.floor((value.of.offset ?? 0) / 4096))
}

const insertPage: NativeFunction = (core, [area, , page], node) => {
  withPage(core, page, node, (given) => insert(core, area, given, node, 'vm_insert_page', true))
  return core.world.takeFailure('vm_insert_page') ? -12 : 0
}

const insertPfn =
  (by: string): NativeFunction =>
  (core, [area, , pfn], node) => {
    const page = pageOf(pfn)
    if (page !== null) insert(core, area, page, node, by, false)
    return by === 'vmf_insert_pfn' ? 0x100 : 0
  }

const insertMany: NativeFunction = (core, args, node) => {
  const list = args.find((arg) => arg instanceof List)
  if (list instanceof List) {
    for (const page of list.items)
      if (page instanceof PageRef) insert(core, args[0], page, node, 'vm_insert_pages', true)
  }
  return 0
}

const zap: NativeFunction = (core, [area], node) => {
  if (area instanceof Area) clear(core, area, node)
  else for (const one of core.world.areas) if (one instanceof Area) clear(core, one, node)
  return undefined
}

/** Tasks of user programs end: their address spaces go. */
export function endUserAreas(core: Core, node: ts.Node): void {
  for (const area of core.world.areas) {
    if (!(area instanceof Area) || !area.open) continue
    area.open = false
    clear(core, area, node)
  }
}

export const USER_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  misc_register: registered,
  misc_deregister: (core) => {
    runLater(core)
    return undefined
  },
  open: openFile,
  close: closeFile,
  ioctl,
  read: fileCall('read'),
  write: fileCall('write'),
  mmap,
  munmap,
  vm_insert_page: insertPage,
  vm_insert_pages: insertMany,
  vm_map_pages: insertMany,
  remap_pfn_range: insertPfn('remap_pfn_range'),
  vmf_insert_pfn: insertPfn('vmf_insert_pfn'),
  vmf_insert_mixed: insertPfn('vmf_insert_mixed'),
  zap_vma_ptes: zap,
  zap_page_range_single: zap,
  unmap_mapping_range: zap,
}
