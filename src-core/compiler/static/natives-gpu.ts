/**
 * Page tables of a device that the driver writes by hand: which memory is a table, which entries are live, and what
 * the device's TLB may still have.
 */

import type ts from 'typescript'
import type { Core } from './core.ts'
import type { Memory } from './memory.ts'
import type { NativeFunction } from './natives-memory.ts'
import { Dict, isThing, KernelObject, Numbered, Unknown } from './values.ts'
import type { Value } from './values.ts'

/** The memory is a table of this level (0 = root) from now on; what its entries name are tables, too. */
function markTable(core: Core, memory: Memory, level: number): void {
  const { tables, levels } = core.world.gpu
  if (tables.has(memory)) return
  tables.set(memory, level)
  if (level >= levels - 1) return
  for (const entry of memory.contents.values())
    if (entry instanceof Numbered) markTable(core, entry.of.memory, level + 1)
}

/** An entry of a table is written. */
export function writeEntry(core: Core, memory: Memory, before: Value, value: Value, node: ts.Node): void {
  const { gpu } = core.world
  const level = gpu.tables.get(memory)
  if (level === undefined) return
  if (before instanceof Numbered && value instanceof Numbered && before.of.memory !== value.of.memory) {
    core.world.raise('pte-overwrite', node, 'the entry is live: another page is mapped over it', { memory })
  } else if (before instanceof Numbered && gpu.cached.has(before.of.memory)) gpu.untold.set(before.of.memory, node)
  if (value instanceof Numbered && level < gpu.levels - 1) markTable(core, value.of.memory, level + 1)
}

/** Memory is freed that is a table with entries, or that the device's TLB may still name. */
export function judgeTable(core: Core, memory: Memory, node: ts.Node): void {
  const { gpu } = core.world
  const level = gpu.tables.get(memory)
  const cleared = gpu.untold.get(memory)
  if (level !== undefined && level === gpu.levels - 1) {
    if ([...memory.contents.values()].some((entry) => entry instanceof Numbered && (entry.bits & 1n) !== 0n)) {
      core.world.raise('pt-leaked-leaf', node, 'the table is freed with a mapping in it', { memory })
    }
  }
  if (cleared === undefined) return
  core.world.raise('pt-missing-tlbi', node, 'the device may still have the translation: no TLB invalidation since', {
    memory,
    notes: [{ text: 'the entry is cleared here', node: cleared }],
  })
}

/** The device walks its tables: its TLB may have whatever is live now. */
function fillTlb({ world }: Core): void {
  const { tables, mapped, cached } = world.gpu
  for (const memory of mapped.values()) cached.add(memory)
  for (const table of tables.keys()) {
    for (const entry of table.contents.values()) if (entry instanceof Numbered) cached.add(entry.of.memory)
  }
}

/** A method of the device's page table. */
export function gpuMethod(core: Core, name: string, args: readonly Value[], node: ts.Node): Value {
  const { gpu } = core.world
  const [root] = args
  if (name === 'set_root' && root instanceof Numbered) markTable(core, root.of.memory, 0)
  if (name === 'tlbi') {
    gpu.untold.clear()
    gpu.cached.clear()
  }
  if (name === 'read' || name === 'write') fillTlb(core)
  const [at, target] = args
  if (name === 'map' && !isThing(at) && target instanceof Numbered) {
    if (gpu.mapped.has(at))
      core.world.raise('pte-overwrite', node, 'the address is mapped already', { memory: target.of.memory })
    gpu.mapped.set(at, target.of.memory)
  }
  if (name === 'unmap') {
    const memory = gpu.mapped.get(at)
    if (memory !== undefined && gpu.cached.has(memory)) gpu.untold.set(memory, node)
    gpu.mapped.delete(at)
  }
  return name === 'read' ? new Unknown() : undefined
}

export const GPU_FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  gpu_page_table: ({ world }, [options]) => {
    const levels = options instanceof Dict ? options.fields.get('levels') : undefined
    if (typeof levels === 'number') world.gpu.levels = levels
    return new KernelObject('gpu_page_table')
  },
}
