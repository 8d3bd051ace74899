/**
 * User programs as the check sees them: what a process has mapped and opened, and what its end gives back. A fault in
 * a mapping of a device calls the driver's handler.
 */

import type ts from 'typescript'
import type { Core } from './core.ts'
import { map } from './mappings.ts'
import type { Mapping, Reference } from './memory.ts'
import { dropHeld } from './pages.ts'
import { Address, Dict, isNullish, KernelObject, Lock, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'

/** An entry of a page table. `counted` ones hold a reference. */
export interface Entry {
  readonly mapping: Mapping
  readonly page: PageRef
  readonly counted: boolean
  readonly reference: Reference | null
}

/** A mapping of a user address space. */
export class Area extends KernelObject {
  readonly entries = new Map<number, Entry>()
  open = true
  flags = 0

  constructor(
    readonly process: Process,
    readonly file: OpenFile | null,
  ) {
    super('vm_area_struct')
  }
}

/** An open device file; the mappings of it and its descriptor hold it. */
export class OpenFile extends KernelObject {
  holders = 1

  constructor(readonly misc: Value) {
    super('file')
    this.fields.set('private_data', null)
  }
}

/** A pipe, and the pages in it. */
export class Pipe extends KernelObject {
  readonly pages: { page: PageRef; reference: Reference }[] = []

  constructor() {
    super('file')
  }
}

/** An address space: its users, and the lock of its mappings. */
export class AddressSpace extends KernelObject {
  users = 1
  readonly lock = new Lock('mmap_lock')

  constructor() {
    super('mm_struct')
  }
}

export class Process {
  readonly mm = new AddressSpace()
  readonly files = new Set<OpenFile | Pipe>()
  readonly areas: Area[] = []
}

const processes = new WeakMap<object, Map<number, Process>>()

/** The process of the running task. */
export function currentProcess({ world }: Core): Process {
  let known = processes.get(world)
  if (known === undefined) processes.set(world, (known = new Map<number, Process>()))
  let process = known.get(world.task)
  if (process === undefined) known.set(world.task, (process = new Process()))
  return process
}

/** All areas of a path, of living processes. */
export function openAreas({ world }: Core): Area[] {
  return [...(processes.get(world)?.values() ?? [])].flatMap((process) => process.areas.filter((area) => area.open))
}

/** A function of the driver that a misc device names. */
export function operation(core: Core, misc: Value, name: string, node: ts.Node): Value {
  if (!(misc instanceof Dict)) return undefined
  const fops = core.member(misc, 'fops', node)
  return isNullish(fops) || fops instanceof Unknown ? undefined : core.member(fops, name, node)
}

export function callOperation(core: Core, file: OpenFile, name: string, args: readonly Value[], node: ts.Node): Value {
  const handler = operation(core, file.misc, name, node)
  if (isNullish(handler)) return undefined
  const { misc } = file
  const result = core.call(handler, misc instanceof Dict ? misc.fields.get('fops') : undefined, args, node)
  // Whether the program goes on after a failure is not known.
  if (typeof result === 'number' && result < 0 && core.world.trail.unusual > 0) core.world.doubtful = true
  return result
}

export function putFile(core: Core, file: OpenFile, node: ts.Node): void {
  if (--file.holders === 0) callOperation(core, file, 'release', [file], node)
}

/** Puts a page into an area; a reference that goes along is already taken. */
export function insertEntry(
  core: Core,
  area: Area,
  at: number,
  page: PageRef,
  reference: Reference | null,
  node: ts.Node,
  by: string,
): void {
  const { memory, index } = page
  const counted = reference !== null
  const mapping = map(core, node, { kind: counted ? 'pte' : 'pfn-pte', by, memory, page: index })
  area.entries.set(at, { mapping, page, counted, reference })
}

/** Clears entries of an area: all, or those of one page of it. */
export function clearEntries(core: Core, area: Area, node: ts.Node, only: number | null = null): void {
  for (const [at, { mapping, page, reference }] of [...area.entries]) {
    if (only !== null && at !== only) continue
    area.entries.delete(at)
    if (mapping.ended !== null) continue
    mapping.ended = core.world.ending(node, 'munmap')
    if (reference !== null && page.memory.freed === null) dropHeld(core, page, reference, node)
  }
}

/** The page of an area that an address means. */
export function pageIndex(at: Address): number {
  return at.offset === null ? 0 : Math.floor(at.offset / at.memory.pageSize)
}

/** The open area that an address of a program lies in. */
export function areaAt(core: Core, at: Value): Area | undefined {
  return at instanceof Address ? openAreas(core).find((area) => area.memory === at.memory) : undefined
}

/** The program touches its memory: a page that is missing is asked of the driver. */
export function touchUser(core: Core, at: Address, node: ts.Node): void {
  const area = areaAt(core, at)
  const index = pageIndex(at)
  if (area === undefined || area.file === null || area.entries.has(index)) return
  const ops = area.fields.get('vm_ops')
  const handler = ops instanceof Dict ? ops.fields.get('fault') : undefined
  if (isNullish(handler)) return
  const fault = new KernelObject('vm_fault')
  fault.fields.set('vma', area)
  fault.fields.set('address', new Unknown())
  fault.fields.set('pgoff', index)
  fault.fields.set('flags', new Unknown())
  fault.fields.set('page', null)
  fault.fields.set('index', index)
  core.world.faults.push(area)
  core.call(handler, ops, [fault], node)
  core.world.faults.pop()
  const page = fault.fields.get('page')
  if (page instanceof PageRef) insertEntry(core, area, index, page, adopt(page, node, core), node, 'fault')
}

/** The reference that a fault handler hands over with a page: one that it took, else its owner's. */
function adopt({ memory, index }: PageRef, node: ts.Node, core: Core): Reference {
  const { references } = memory.page(index)
  const given = references.findLast((one) => one.held !== true && !one.pin)
  const reference: Reference = { node, task: core.world.task, hollow: false, pin: false, held: true }
  if (given === undefined) memory.ownerDropped = true
  else references.splice(references.indexOf(given), 1)
  references.push(reference)
  return reference
}

export function endArea(core: Core, area: Area, node: ts.Node): void {
  if (!area.open) return
  area.open = false
  clearEntries(core, area, node)
  const ops = area.fields.get('vm_ops')
  const close = ops instanceof Dict ? ops.fields.get('close') : undefined
  if (!isNullish(close)) core.call(close, ops, [area], node)
  if (area.file !== null) putFile(core, area.file, node)
}

export function endPipe(core: Core, pipe: Pipe, node: ts.Node): void {
  for (const { page, reference } of pipe.pages.splice(0)) dropHeld(core, page, reference, node)
}

/** The program ends: mappings and files go. */
export function endProcess(core: Core, process: Process, node: ts.Node): void {
  if (--process.mm.users === 0) for (const area of process.areas) endArea(core, area, node)
  for (const file of process.files) {
    if (file instanceof OpenFile) putFile(core, file, node)
    else endPipe(core, file, node)
  }
  process.files.clear()
}
