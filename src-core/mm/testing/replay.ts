/**
 * Replays a trace from the boot state and compares what it says with the machine: every change must have been
 * recorded, with the value that was there before. Throws `SimulatorBug` with the first difference.
 */
import { invariant } from '../../base/assert.ts'
import {
  firstPoisoned,
  initialFlags,
  initialOrder,
  initialRefcount,
  initialUse,
  PAGE_POISON,
} from '../../trace/boot-state.ts'
import { Field } from '../../trace/fields.ts'
import type { Lab } from './lab.ts'

type Column = (pfn: number) => number

/** Compares the fields of all frames, the objects, the vmalloc mappings and the bytes. */
export function checkReplay(kernel: Lab): void {
  const values = new Map<number, number>()
  const bytes = new Map<number, number>()
  const { frames, info } = kernel
  const boot: Readonly<Record<number, Column>> = {
    [Field.USE]: (pfn) => initialUse(info, pfn),
    [Field.ORDER]: (pfn) => initialOrder(info, pfn),
    [Field.REFCOUNT]: (pfn) => initialRefcount(info, pfn),
    [Field.FLAGS]: (pfn) => initialFlags(info, pfn),
  }
  const blank = (phys: number): number => (phys < firstPoisoned(info) * 2 ** info.pageShift ? 0 : PAGE_POISON)
  const key = (field: number, index: number): number => field * 2 ** 33 + index
  for (const chunk of kernel.chunks) {
    const { deltas, arena } = chunk
    const count = chunk === kernel.chunks.at(-1) ? deltas.field.findIndex((field) => field === 0) : chunk.deltaCount
    for (let i = 0; i < count; i++) {
      const [field, index, old, next] = [deltas.field[i], deltas.index[i], deltas.old[i], deltas.new[i]]
      if (field === Field.BYTES || field === Field.FILL) {
        for (let n = 0; n < next; n++) {
          const before =
            field === Field.BYTES ? arena[old + n] : arena[old + 1] === 1 ? arena[old + 2 + n] : blank(index + n)
          invariant(
            (bytes.get(index + n) ?? blank(index + n)) === before,
            `delta ${i}: byte ${index + n} was not ${before}`,
          )
          bytes.set(index + n, field === Field.BYTES ? arena[old + next + n] : arena[old])
        }
        continue
      }
      const at = key(field, index)
      const before = values.get(at) ?? boot[field]?.(index) ?? 0
      invariant(before === old, `delta ${i}: field ${field} of ${index} was ${before}, the delta says ${old}`)
      values.set(at, next)
    }
  }
  const high = (halves: ReadonlyMap<number, number>): Uint32Array =>
    Uint32Array.from({ length: frames.count }, (_, pfn) => halves.get(pfn) ?? 0)
  const columns: Readonly<Record<number, ArrayLike<number>>> = {
    [Field.REFCOUNT]: frames.refcount,
    [Field.MAPCOUNT]: frames.mapcount,
    [Field.USE]: frames.use,
    [Field.FLAGS]: frames.flags,
    [Field.ORDER]: frames.order,
    [Field.HEAD]: frames.head,
    [Field.SLAB]: frames.slab,
    [Field.RIGHTS]: frames.rights,
    [Field.PRIVATE]: frames.private,
    [Field.MAPPING]: frames.mapping,
    [Field.PRIVATE_HIGH]: high(frames.privateHigh),
    [Field.MAPPING_HIGH]: high(frames.mappingHigh),
  }
  for (const [field, column] of Object.entries(columns)) {
    for (let pfn = 0; pfn < frames.count; pfn++) {
      const said = values.get(key(Number(field), pfn)) ?? boot[Number(field)]?.(pfn) ?? 0
      invariant(column[pfn] >>> 0 === said, `field ${field} of frame ${pfn} is ${column[pfn]}, the trace says ${said}`)
    }
  }
  for (const [at, said] of values) {
    const field = Math.floor(at / 2 ** 33)
    const index = at - field * 2 ** 33
    // A slab page that was freed behind the slab's back may be something else by now.
    if (field === Field.OBJECT && said !== 0 && kernel.slab.cacheAt(index * 8) >= 0) {
      invariant(kernel.slab.allocationAt(index * 8) === said, `object at ${index * 8} is not allocation ${said}`)
    }
    if (field === Field.VMAP) invariant(kernel.vmalloc.translate(index) + 1 === said, `page ${index} of vmalloc space`)
  }
  for (const [phys, said] of bytes) invariant(kernel.memory.readU8(phys) === said, `byte at ${phys} is not ${said}`)
}
