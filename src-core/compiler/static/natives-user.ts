/** System calls of user programs, and how a driver fills, clears and describes their mappings. */

import type ts from 'typescript'
import type { Core } from './core.ts'
import type { NativeFunction } from './natives-memory.ts'
import {
  Area,
  areaAt,
  callOperation,
  clearEntries,
  currentProcess,
  endArea,
  endPipe,
  endProcess,
  openAreas,
  OpenFile,
  operation,
  pageIndex,
  Pipe,
  putFile,
} from './processes.ts'
import { judgeLongterm, takeUserPages } from './natives-gup.ts'
import { runOne } from './tasks.ts'
import { Address, Dict, isNullish, KernelObject, List, Numbered, Unknown } from './values.ts'
import type { Value } from './values.ts'
import type { Later } from './world.ts'

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
  // Each page of it has a count of its own.
  area.memory.split = true
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

const munmap: NativeFunction = (core, [at, length], node) => {
  const address = at instanceof Numbered ? at.of : at
  const area = areaAt(core, address)
  if (area === undefined || !(address instanceof Address)) return new Unknown()
  const { size } = area.memory!
  const from = address.offset
  if (from !== 0 || (typeof length === 'number' && size !== null && length < size)) {
    // A part of the area: its entries go, the rest stays.
    if (from === null || typeof length !== 'number') area.memory!.escaped = true
    else {
      const first = pageIndex(address)
      for (let page = first; page < first + Math.ceil(length / core.world.pageSize); page++)
        clearEntries(core, area, node, page)
    }
    return 0
  }
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
  area.memory.split = true
  area.fields.set('vm_start', new Numbered('addr', new Address(area.memory, 0)))
  return new Address(area.memory, 0)
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
}
