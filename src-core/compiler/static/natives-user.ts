/** System calls of user programs, and how a driver fills, clears and describes their mappings. */

import type ts from 'typescript'
import { staleHolder, useAfterFree } from './access.ts'
import type { Core } from './core.ts'
import type { Reference } from './memory.ts'
import type { NativeFunction } from './natives-memory.ts'
import { countSilently, takeReference } from './pages.ts'
import { withPage } from './perform.ts'
import {
  Area,
  areaAt,
  callOperation,
  clearEntries,
  currentProcess,
  endArea,
  endPipe,
  endProcess,
  insertEntry,
  openAreas,
  OpenFile,
  operation,
  pageIndex,
  Pipe,
  putFile,
} from './processes.ts'
import { judgeLongterm, takeUserPages } from './natives-gup.ts'
import { runOne } from './tasks.ts'
import { Address, Dict, isNullish, KernelObject, List, Numbered, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'
import type { Later } from './world.ts'

export const VM = { VM_IO: 0x4000, VM_PFNMAP: 0x400, VM_MIXEDMAP: 0x1000_0000 } as const

const spawn: NativeFunction = (core, [, program], node) => {
  const { world } = core
  const entry: Later = {
    run: program,
    args: [],
    task: ++world.tasksMade,
    node,
    after: () => endProcess(core, currentProcess(core), node),
    done: false,
  }
  world.tasks.push(entry)
  const task = new KernelObject('task')
  world.taskOf.set(task, entry)
  return task
}

const waitpid: NativeFunction = (core, [task]) => {
  const entry = task instanceof KernelObject ? core.world.taskOf.get(task) : undefined
  if (entry !== undefined) runOne(core, entry)
  else for (const one of core.world.tasks) if (one.task !== core.world.task) runOne(core, one)
  return task
}

const openFile: NativeFunction = (core, [path], node) => {
  const name = typeof path === 'string' ? path.replace(/^\/dev\//, '') : null
  const misc = core.world.misc.find((one) => one instanceof Dict && (name === null || one.fields.get('name') === name))
  if (misc === undefined) return new Unknown()
  const file = new OpenFile(misc)
  const result = callOperation(core, file, 'open', [file], node)
  if (typeof result === 'number' && result < 0) return result
  currentProcess(core).files.add(file)
  return file
}

const closeFile: NativeFunction = (core, [file], node) => {
  if (!(file instanceof OpenFile) && !(file instanceof Pipe)) return new Unknown()
  currentProcess(core).files.delete(file)
  if (file instanceof OpenFile) putFile(core, file, node)
  else if (file.fields.get('open') === 1) endPipe(core, file, node)
  else file.fields.set('open', 1)
  return 0
}

const ioctl: NativeFunction = (core, [file, command, argument], node) => {
  if (!(file instanceof OpenFile)) return new Unknown()
  const name = isNullish(operation(core, file.misc, 'unlocked_ioctl', node)) ? 'ioctl' : 'unlocked_ioctl'
  const result = callOperation(core, file, name, [file, command, argument ?? 0], node)
  judgeLongterm(core)
  return result ?? 0
}

const readFile: NativeFunction = (core, args, node) => {
  const [file] = args
  if (file instanceof Pipe) {
    endPipe(core, file, node)
    return new Unknown()
  }
  return file instanceof OpenFile ? (callOperation(core, file, 'read', args, node) ?? new Unknown()) : new Unknown()
}

const writeFile: NativeFunction = (core, args, node) => {
  const [file] = args
  return file instanceof OpenFile ? (callOperation(core, file, 'write', args, node) ?? new Unknown()) : new Unknown()
}

const makePipe: NativeFunction = (core, [fds]) => {
  const pipe = new Pipe()
  currentProcess(core).files.add(pipe)
  if (fds instanceof List) fds.items.splice(0, 2, pipe, pipe)
  return 0
}

const vmsplice: NativeFunction = (core, [pipe, vectors], node) => {
  const vector = vectors instanceof List ? vectors.items[0] : undefined
  const base = vector instanceof Dict ? vector.fields.get('iov_base') : undefined
  const pages = takeUserPages(core, base, 1, { fast: true, pin: false, longterm: false, held: true }, node)
  if (pages === null || !(pipe instanceof Pipe)) return -14
  for (const page of pages) {
    const reference = page.memory.page(page.index).references.at(-1)
    if (reference !== undefined) pipe.pages.push({ page, reference })
  }
  return vector instanceof Dict ? (vector.fields.get('iov_len') ?? new Unknown()) : new Unknown()
}

function newArea(core: Core, file: OpenFile | null, length: Value, node: ts.Node): Area {
  const process = currentProcess(core)
  const area = new Area(process, file)
  area.memory = core.world.allocate('user', node, 'mmap', typeof length === 'number' ? length : null)
  area.memory.zeroed = file === null
  const start = new Numbered('addr', new Address(area.memory, 0))
  area.fields.set('vm_start', start)
  area.fields.set('vm_file', file)
  area.fields.set('vm_mm', process.mm)
  area.fields.set('vm_page_prot', 0)
  area.fields.set('vm_pgoff', 0)
  area.fields.set('vm_ops', null)
  process.areas.push(area)
  return area
}

const mmap: NativeFunction = (core, args, node) => {
  const file = args[4] instanceof OpenFile ? args[4] : null
  const area = newArea(core, file, args[1], node)
  if (file !== null) {
    file.holders++
    const result = callOperation(core, file, 'mmap', [file, area], node)
    if (typeof result === 'number' && result < 0) {
      area.open = false
      clearEntries(core, area, node)
      file.holders--
      return result
    }
  }
  return new Address(area.memory!, 0)
}

const munmap: NativeFunction = (core, [at], node) => {
  const area = areaAt(core, at instanceof Numbered ? at.of : at)
  if (area === undefined) return new Unknown()
  area.memory!.freed = core.world.ending(node, 'munmap')
  endArea(core, area, node)
  return 0
}

/** The mapping gets another address; its entries go along. */
const mremap: NativeFunction = (core, [at, , length], node) => {
  const area = areaAt(core, at)
  if (area === undefined) return new Unknown()
  area.memory!.freed = core.world.ending(node, 'mremap')
  area.memory = core.world.allocate('user', node, 'mremap', typeof length === 'number' ? length : null)
  area.fields.set('vm_start', new Numbered('addr', new Address(area.memory, 0)))
  return new Address(area.memory, 0)
}

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

function refuse(area: Area, page: PageRef, at: number): string | null {
  if (['slab', 'cache', 'large-kmalloc'].includes(page.memory.kind)) return 'slab pages are refused'
  if (area.entries.has(at)) return 'there is an entry already'
  return page.memory.isTail(page.index) ? 'this page of a block has no count of its own' : null
}

function insertPage(core: Core, area: Value, at: Value, page: PageRef, node: ts.Node, by: string): Value {
  if (!(area instanceof Area)) return new Unknown()
  const { world } = core
  const { memory } = page
  if (world.takeFailure(by)) return -12
  const slot = slotOf(area, at)
  const why = refuse(area, page, slot)
  if (why !== null) {
    if (isIgnored(node)) world.raise('insert-page-misuse', node, `${why}, and nobody looks at the result`, { memory })
    return why.startsWith('there') ? -16 : -22
  }
  if (world.faults.includes(area) && (area.flags & VM.VM_MIXEDMAP) === 0) {
    world.raise('insert-page-misuse', node, 'in a fault handler the area has to have VM_MIXEDMAP already', { memory })
    return -22
  }
  staleHolder(core, page, node)
  const before = world.raised.length
  if (world.pageRef('page') !== 'none' && memory.kind === 'page' && memory.page(page.index).count === 0)
    takeReference(core, page, node)
  if (world.raised.length > before) return -22
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

/** Processes that nobody waited for: the snippet itself may have mapped and opened, too. */
export function endUserAreas(core: Core, node: ts.Node): void {
  endProcess(core, currentProcess(core), node)
  for (const area of openAreas(core)) endArea(core, area, node)
}

export const USER_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  misc_register: (core, [misc]) => {
    if (core.world.takeFailure('misc_register')) return -16
    core.world.misc.push(misc)
    return 0
  },
  misc_deregister: (core) => {
    for (const entry of core.world.tasks) if (entry.task !== core.world.task) runOne(core, entry)
    return undefined
  },
  spawn,
  fork: (core, [program], node) => spawn(core, ['', program], node),
  waitpid,
  open: openFile,
  close: closeFile,
  ioctl,
  read: readFile,
  write: writeFile,
  pipe: makePipe,
  vmsplice,
  mmap,
  munmap,
  mremap,
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
