/**
 * Lost memory that only other lost memory points at: a structure with the buffers and pages that its fields name is
 * one leak, as kmemleak finds it by looking for addresses in memory (KERNEL_FACTS D04, §15.6). Read from the bytes of
 * the trace as they are at the end of the run.
 */
import { holdersFirst } from '../../base/nesting.ts'
import type { TraceChunk } from '../../trace/chunk.ts'
import { wordSize } from '../../trace/abi.ts'
import { Field } from '../../trace/fields.ts'
import { Op } from '../../trace/ops.ts'
import { firstHighFrame } from '../../trace/record.ts'
import { frameOfStructPage } from '../../trace/vmemmap.ts'
import { IS_TABLE_ALLOC } from '../op-classes.ts'
import type { Scene } from '../scene.ts'

const ADDRESS_SPACE = 1n << 46n

/** Lost memory in an order in which each piece comes after the one that points at it, with that one's id. */
export function lostInside(
  scene: Scene,
  chunks: readonly TraceChunk[],
  lost: readonly number[],
): Map<number, number | null> {
  if (lost.length < 2) return holdersFirst(lost, new Map())
  const all = new Set(lost)
  const holders = pointersInto(scene, chunks, all)
  for (const id of lost) heldByOwner(scene, chunks, id, all, holders)
  return holdersFirst(lost, holders)
}

/** Lost memory whose address lies in other lost memory: its id, and the ids of what holds the address. */
function pointersInto(
  scene: Scene,
  chunks: readonly TraceChunk[],
  lost: ReadonlySet<number>,
): Map<number, Set<number>> {
  const out = new Map<number, Set<number>>()
  for (const [at, value] of lastPointers(chunks, wordSize(scene.machine))) {
    const holder = scene.ledger.memoryAt(at)
    const target = value === 0n || !lost.has(holder) ? 0 : behind(scene, value)
    if (target === 0 || target === holder || !lost.has(target)) continue
    const known = out.get(target)
    if (known === undefined) out.set(target, new Set([holder]))
    else known.add(holder)
  }
  return out
}

/** What the fields of a lost owner of the Rust surface name, and what a lost table maps. */
function heldByOwner(
  scene: Scene,
  chunks: readonly TraceChunk[],
  id: number,
  lost: ReadonlySet<number>,
  holders: Map<number, Set<number>>,
): void {
  const { allocations: table, dma } = scene.ledger
  const fields =
    table.madeBy(id) === Op.owned_new
      ? (ownerRow(chunks, table.bornAt(id))?.fields ?? [])
      : IS_TABLE_ALLOC[table.madeBy(id)] === 1
        ? dma
            .live()
            .flatMap(({ site, segments }) => (site === table.site(id) ? segments.map(({ memory }) => memory) : []))
        : []
  for (const inner of new Set(fields)) if (lost.has(inner) && inner !== id) holders.set(inner, new Set([id]))
}

/** The object that an owner of the Rust surface stands for, and the memory that its fields name, from its row. */
export function ownerRow(
  chunks: readonly TraceChunk[],
  step: number,
): { readonly object: number; readonly fields: readonly number[] } | null {
  const chunk = chunks.findLast(({ firstStep }) => firstStep <= step)
  if (chunk === undefined) return null
  const row = step - chunk.firstStep
  return { object: chunk.ops.subject[row], fields: [chunk.ops.a[row], chunk.ops.b[row]] }
}

/** What was written last as one aligned word, by physical address. */
function lastPointers(chunks: readonly TraceChunk[], word: 4 | 8): Map<number, bigint> {
  const words = new Map<number, bigint>()
  for (const { deltas, deltaCount, arena } of chunks) {
    const bytes = new DataView(arena.buffer, arena.byteOffset)
    for (let d = 0; d < deltaCount; d++) {
      if (deltas.field[d] !== Field.BYTES || deltas.new[d] !== word) continue
      const at = deltas.index[d]
      const value = deltas.old[d] + word
      if (at % word === 0)
        words.set(at, word === 8 ? bytes.getBigUint64(value, true) : BigInt(bytes.getUint32(value, true)))
    }
  }
  return words
}

/** Memory that an address, or the address of a `struct page`, names; 0 = none. */
function behind({ ledger, machine }: Scene, value: bigint): number {
  const pfn = frameOfStructPage(machine, value)
  if (pfn >= 0) return ledger.occupant(pfn)
  const linear = value - machine.pageOffset
  if (linear >= 0n && linear < BigInt(firstHighFrame(machine)) << BigInt(machine.pageShift))
    return ledger.memoryAt(Number(linear))
  const virtual = value - machine.vmallocStart
  return virtual >= 0n && virtual < ADDRESS_SPACE ? ledger.areaAt(Number(virtual >> BigInt(machine.pageShift))) : 0
}
