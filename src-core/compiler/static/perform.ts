/** Applies a contract of contracts.ts to a call. */

import { wordSize } from '../../trace/abi.ts'
import type ts from 'typescript'
import { __GFP_COMP, __GFP_DIRECT_RECLAIM, __GFP_HIGHMEM, __GFP_ZERO } from '../../mm/gfp.ts'
import { checkAccess, mustBeWritten, nameOf } from './access.ts'
import type { Contract } from './contracts.ts'
import type { Core } from './core.ts'
import type { Memory, MemoryKind } from './memory.ts'
import { dropPage, dropReference, takeReference } from './pages.ts'
import { release } from './release.ts'
import { noteReclaim, reclaimsForFs } from './shrinkers.ts'
import { later, runLater } from './tasks.ts'
import { Address, isNull, NullPointer, PageRef, Unknown } from './values.ts'
import type { Value } from './values.ts'

export function perform(core: Core, name: string, contract: Contract, args: readonly Value[], node: ts.Node): Value {
  const { gfp, sleeps, waits, gives, calls } = contract
  if (gfp !== undefined && reclaimsForFs(args[gfp])) noteReclaim(core)
  if (sleeps === true || (gfp !== undefined && mayReclaim(args[gfp]))) mustNotBeAtomic(core, name, node)
  // A grace period does not end inside a reader's section: others are not let in there.
  if (waits === true && (core.world.rcuReaders.get(core.world.task)?.length ?? 0) === 0) runLater(core)
  if (gives !== undefined) return give(core, name, gives, args, node, args[gfp ?? -1])
  if (contract.frees !== undefined) release(core, name, args[contract.frees], node)
  if (contract.gets !== undefined) withPage(core, args[contract.gets], node, (page) => takeReference(core, page, node))
  if (contract.puts !== undefined)
    withPage(core, args[contract.puts], node, (page) => dropReference(core, page, node, name))
  if (contract.freesPage !== undefined) {
    const { arg, order } = contract.freesPage
    withPage(core, args[arg], node, (page) =>
      freePage(core, page, orderOf(order === undefined ? 0 : args[order]), node, name),
    )
  }
  if (contract.freesPagesAt !== undefined) freePagesAt(core, name, contract.freesPagesAt, args, node)
  for (const [pointer, length] of contract.reads ?? []) touch(core, args[pointer], args[length], node, false)
  for (const [pointer, length] of contract.writes ?? []) touch(core, args[pointer], args[length], node, true)
  if (name === 'memset') fill(args)
  if (calls !== undefined) return later(core, calls.when, args, calls.arg, node)
  if (contract.result === 'number') return new Unknown()
  if (contract.result === 'zero') return 0
  return contract.result === 'same' ? args[0] : undefined
}

/** True if an allocation with these GFP flags may sleep. */
export function mayReclaim(flags: Value): boolean {
  return typeof flags === 'number' && (flags & __GFP_DIRECT_RECLAIM) !== 0
}

/** A call that may sleep is a mistake in a section that may not. */
export function mustNotBeAtomic(core: Core, name: string, node: ts.Node, code = 'sleep-in-atomic'): void {
  const since = core.world.atomicSince()
  if (since === null) return
  core.world.raise(code, node, `\`${name}()\` may sleep, and ${since.why}`, {
    notes: [{ text: 'since here', node: since.node }],
  })
}

/** The argument as a page; NULL is an oops, what is not known is left alone. */
export function withPage(core: Core, value: Value, node: ts.Node, use: (page: PageRef) => void): void {
  if (isNull(value) || value === undefined) core.present(value, node, 'the page')
  else if (value instanceof PageRef) use(value)
}

function orderOf(value: Value): number | null {
  return typeof value === 'number' ? value : null
}

function freePage(core: Core, page: PageRef, order: number | null, node: ts.Node, by: string): void {
  const { memory, index } = page
  if (memory.kind !== 'page' && memory.kind !== 'foreign') {
    core.world.raise(
      'mismatched-free',
      node,
      `${nameOf(memory)} comes from \`${memory.by}()\`: \`${by}()\` is not its partner`,
      {
        memory,
      },
    )
    return
  }
  dropPage(core, memory, index, node, by, true, order)
}

function freePagesAt(
  core: Core,
  by: string,
  { arg, order, size }: NonNullable<Contract['freesPagesAt']>,
  args: readonly Value[],
  node: ts.Node,
): void {
  const at = args[arg]
  if (!(at instanceof Address)) return
  const index = at.offset === null ? 0 : Math.floor(at.offset / at.memory.pageSize)
  if (by === 'free_pages_exact' && at.memory.by === 'alloc_pages_exact') {
    freeExact(core, at.memory, index, args[size ?? 1], node)
    return
  }
  const given = size === undefined ? orderOf(order === undefined ? 0 : args[order]) : null
  freePage(core, new PageRef(at.memory, index), given, node, by)
}

/** free_pages_exact(): page by page, as many as were asked for. */
function freeExact(core: Core, memory: Memory, index: number, size: Value, node: ts.Node): void {
  const pages = (bytes: number): number => Math.ceil(bytes / memory.pageSize)
  if (typeof size !== 'number' || memory.size === null) {
    memory.escaped = true
    return
  }
  if (pages(size) !== pages(memory.size) || index !== 0) {
    core.world.raise(
      'wrong-order-free',
      node,
      `${nameOf(memory)} has ${pages(memory.size)} pages, and ${pages(size)} are freed`,
      { memory },
    )
    return
  }
  for (let page = 0; page < pages(size); page++) dropPage(core, memory, page, node, 'free_pages_exact', true, null)
}

function touch(core: Core, pointer: Value, length: Value, node: ts.Node, write: boolean): void {
  if (isNull(pointer)) core.present(pointer, node, 'the pointer')
  if (!(pointer instanceof Address)) return
  const size = typeof length === 'number' ? length : null
  if (checkAccess(core, pointer, size, node, write) && !write) mustBeWritten(core, pointer, size, node)
  if (write) {
    pointer.memory.contents.clear()
    pointer.memory.zeroed = false
  }
}

function fill(args: readonly Value[]): void {
  const [at, byte, length] = args
  if (at instanceof Address && byte === 0 && at.offset === 0 && length === at.memory.size) at.memory.zeroed = true
}

/** New memory, or the NULL of a failure. */
function give(
  core: Core,
  name: string,
  gives: NonNullable<Contract['gives']>,
  args: readonly Value[],
  node: ts.Node,
  flags: Value,
): Value {
  const failed = mayFail(core, name, node)
  if (failed !== null) return failed
  const { world } = core
  let size: number | null = null
  if (gives.size !== undefined) {
    size = 1
    for (const arg of gives.size) {
      const factor: Value = args[arg]
      size = typeof factor === 'number' && size !== null ? size * factor : null
    }
    // The product overflows size_t: there is no such memory.
    if (size !== null && size >= 2 ** (8 * wordSize(world))) return null
  }
  const kind = kindOf(core, gives.memory, size)
  const given = gives.order === undefined ? 0 : args[gives.order]
  const order = name === 'alloc_pages_exact' ? null : typeof given === 'number' ? given : null
  const gfp = typeof flags === 'number' ? flags : 0
  const compound = gives.compound === true || (gfp & __GFP_COMP) !== 0
  const highmem = (gfp & __GFP_HIGHMEM) !== 0 && world.arch === 'i386-highmem'
  if (gives.memory === 'page' && size === null && order !== null) size = world.pageSize * 2 ** order
  const memory = world.allocate(kind, node, name, size, order, compound, highmem)
  memory.zeroed = gives.zeroed === true || (gfp & __GFP_ZERO) !== 0
  // Each page of an exact allocation has a count of its own.
  if (name === 'alloc_pages_exact') memory.split = true
  return gives.as === 'page' ? new PageRef(memory, 0) : new Address(memory, 0)
}

/**
 * What an allocator takes for a size: kmalloc() has caches up to two pages and takes whole pages above; kvmalloc()
 * never asks it for more than the largest block.
 */
export function kindOf({ world }: Core, kind: MemoryKind, size: number | null): MemoryKind {
  if (kind === 'slab' && size !== null && size > 2 * world.pageSize) return 'large-kmalloc'
  if (kind === 'kv' && size !== null) {
    if (size > world.pageSize << world.maxPageOrder) return 'vmalloc'
    if (size <= world.pageSize) return 'slab'
  }
  return kind
}

/** The NULL of a call that fails, on this path; null if it succeeds. A result under `!` does not fail. */
export function mayFail(core: Core, name: string, node: ts.Node): NullPointer | null {
  const { world } = core
  if (world.takeFailure(name)) return new NullPointer(name, node, true)
  if (core.asserted || world.injects) return null
  return world.decide(2, 'environment') === 1 ? new NullPointer(name, node, false) : null
}

/** 0, or the errno of a failure. */
export function mayFailErrno(core: Core, name: string, errno = 12): number {
  const { world } = core
  if (world.takeFailure(name)) return -errno
  if (world.injects) return 0
  return world.decide(2, 'environment') === 1 ? -errno : 0
}
