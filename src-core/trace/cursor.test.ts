import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { initialFlags, initialOrder, initialRefcount, initialUse } from './boot-state.ts'
import { Cursor } from './cursor.ts'
import { Field } from './fields.ts'
import { Op } from './ops.ts'
import {
  plainKey,
  randomNumbers,
  recording,
  SMALL_MACHINE,
  writeRandomRun,
  type PlainState,
} from './testing/random-trace.ts'

const FRAMES = 4096

function boot(field: Field, index: number): number {
  if (field === Field.REFCOUNT) return initialRefcount(SMALL_MACHINE, index)
  if (field === Field.USE) return initialUse(SMALL_MACHINE, index)
  if (field === Field.FLAGS) return initialFlags(SMALL_MACHINE, index)
  return field === Field.ORDER ? initialOrder(SMALL_MACHINE, index) : 0
}

const READ: readonly (readonly [Field, (cursor: Cursor, index: number) => number])[] = [
  [Field.REFCOUNT, (c, i) => c.refcount(i)],
  [Field.MAPCOUNT, (c, i) => c.mapcount(i)],
  [Field.USE, (c, i) => c.use(i)],
  [Field.FLAGS, (c, i) => c.flags(i)],
  [Field.ORDER, (c, i) => c.order(i)],
  [Field.HEAD, (c, i) => c.head(i)],
  [Field.SLAB, (c, i) => c.slab(i)],
  [Field.OBJECT, (c, i) => c.object(i * 8)],
  [Field.VMAP, (c, i) => c.vmap(i)],
  [Field.RIGHTS, (c, i) => c.rights(i)],
  [Field.PRIVATE, (c, i) => Number(c.private(i) & 0xffff_ffffn)],
  [Field.TASK, (c, i) => c.task(i)],
  [Field.PINCOUNT, (c, i) => c.pincount(i)],
  [Field.MAPPING, (c, i) => Number(c.mapping(i) & 0xffff_ffffn)],
  [Field.PRIVATE_HIGH, (c, i) => Number(c.private(i) >> 32n)],
  [Field.MAPPING_HIGH, (c, i) => Number(c.mapping(i) >> 32n)],
]

const READERS = new Map(READ)

/** Key, value shown and value wanted of the first difference; null if there is none. */
function difference(cursor: Cursor, state: PlainState): readonly [string, number, number] | null {
  for (const [key, value] of state) {
    const colon = key.indexOf(':')
    const field = Number(key.slice(0, colon)) as Field
    const index = Number(key.slice(colon + 1))
    const shown = field === Field.BYTES ? cursor.bytes(index, 1)[0]! : READERS.get(field)!(cursor, index)
    if (shown !== value) return [key, shown, value]
  }
  return null
}

describe('Cursor', () => {
  it('follows deltas of every field there is', () => {
    const { writer, store } = recording()
    for (const field of Object.values(Field)) {
      if (field === Field.BYTES || field === Field.FILL) continue
      writer.begin(0)
      writer.delta(field, 300, 0, 1)
      writer.end(Op.printk, 0, 0, 0, 0, 0)
    }
    const trace = store()
    const cursor = new Cursor(trace, SMALL_MACHINE)
    cursor.seek(trace.steps)
    expect(cursor.step).toBe(Object.values(Field).length - 2)
    cursor.seek(0)
    expect(cursor.refcount(300)).toBe(0)
  })

  it('shows at every step what a replay from the start shows, wherever it comes from', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.nat(60), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 40 }),
        (seed, steps, seeks, interval) => {
          const { writer, store } = recording()
          const states: PlainState[] = [new Map()]
          writeRandomRun(writer, seed, steps, 3, FRAMES, boot, (step, state) => {
            states[step] = new Map(state)
          })
          const cursor = new Cursor(store(), SMALL_MACHINE, interval)
          const touched = [...states.at(-1)!.keys()]
          for (const wanted of seeks) {
            const at = cursor.seek(wanted)
            expect(at).toBe(Math.min(wanted, steps))
            const state = states[at]!
            const whole: PlainState = new Map(
              touched.map((key) => {
                const [field, index] = key.split(':').map(Number) as [Field, number]
                return [key, state.get(plainKey(field, index)) ?? boot(field, index)]
              }),
            )
            expect(difference(cursor, whole)).toBeNull()
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('crosses chunks and keyframes in both directions', () => {
    const { writer, store } = recording()
    const marks = new Map<number, PlainState>()
    const steps = 5000
    writeRandomRun(writer, 7, steps, 2, 300, boot, (step, state) => {
      if (step % 500 === 0) marks.set(step, new Map(state))
    })
    const trace = store()
    expect(trace.chunks.length).toBeGreaterThan(1)
    const cursor = new Cursor(trace, SMALL_MACHINE, 700)
    const random = randomNumbers(3)
    for (let i = 0; i < 20; i++) {
      const step = (1 + random(10)) * 500
      cursor.seek(random(steps + 1))
      cursor.seek(step)
      expect(difference(cursor, marks.get(step)!)).toBeNull()
    }
  })

  it('shows the boot state before the first step', () => {
    const cursor = new Cursor(recording().store(), SMALL_MACHINE)
    for (let pfn = 0; pfn < SMALL_MACHINE.frames; pfn++) {
      expect([cursor.use(pfn), cursor.flags(pfn), cursor.order(pfn), cursor.refcount(pfn)]).toEqual([
        initialUse(SMALL_MACHINE, pfn),
        initialFlags(SMALL_MACHINE, pfn),
        initialOrder(SMALL_MACHINE, pfn),
        initialRefcount(SMALL_MACHINE, pfn),
      ])
    }
  })

  it('follows a trace that is still being written', () => {
    const { writer, store } = recording()
    const first = store()
    const cursor = new Cursor(first, SMALL_MACHINE)
    expect(cursor.seek(10)).toBe(0)
    writer.begin(0)
    writer.delta(Field.REFCOUNT, 300, 0, 1)
    writer.end(1, 0, 300, 0, 0, 0)
    writer.finish()
    expect(cursor.seek(10)).toBe(1)
    expect(cursor.refcount(300)).toBe(1)
  })

  it('keeps negative counts negative', () => {
    const { writer, store } = recording()
    writer.begin(0)
    writer.delta(Field.REFCOUNT, 300, 0, -1)
    writer.end(1, 0, 300, 0, 0, 0)
    const cursor = new Cursor(store(), SMALL_MACHINE)
    cursor.seek(1)
    expect(cursor.refcount(300)).toBe(-1)
  })
})
