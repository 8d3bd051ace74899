/** What a step did to the machine, in a few words: `refcount 1 → 2`, `object freed`. */
import { Field, FRAME_KIND_NAMES, FrameKind, TaskState, useAllocation, useKind } from '../../trace/fields.ts'
import type { DeltaRange } from '../../trace/store.ts'
import type { RunView } from './run-view.ts'
import { frameOfStep } from './subjects.ts'

const TASK_WORDS = {
  [TaskState.NEW]: 'created',
  [TaskState.RUNNABLE]: 'runnable',
  [TaskState.BLOCKED]: 'blocked',
  [TaskState.ENDED]: 'ended',
  [TaskState.OOPSED]: 'stopped by an oops',
} as const
const MOST = 4

/** Short sentence on what a step changed; empty if nothing. Leaves the cursor where it is. */
export function effectOf(view: RunView, step: number): string {
  const range = view.store.deltasOf(step)
  if (range === null || range.from === range.to) return ''
  const parts = [
    ...counts(range, frameOfStep(view, step)),
    ...objects(view, range),
    ...frames(range),
    ...bytes(range),
    ...others(view, range),
  ]
  return parts.length > MOST ? `${parts.slice(0, MOST).join(', ')}, …` : parts.join(', ')
}

/** Frame as it is written everywhere. */
export function frameName(pfn: number): string {
  return `0x${pfn.toString(16)}`
}

const COUNTED = new Map<number, string>([
  [Field.REFCOUNT, 'refcount'],
  [Field.MAPCOUNT, 'mapcount'],
  [Field.PINCOUNT, 'pincount'],
  [Field.RIGHTS, 'mappings'],
])

/** Counts that changed: of the frame the step is about, else of the first frames changed. */
function counts({ chunk, from, to }: DeltaRange, about: number): string[] {
  const { field, index, old, new: value } = chunk.deltas
  const out: string[] = []
  let hidden = 0
  for (let d = from; d < to; d++) {
    const name = COUNTED.get(field[d])
    if (name === undefined) continue
    const change = `${name} ${old[d] | 0} → ${value[d] | 0}`
    if (index[d] === about) out.push(change)
    else if (isBookkeeping(chunk.deltas.field, from, to) || out.length >= 2) hidden++
    else out.push(`frame ${frameName(index[d])} ${change}`)
  }
  return hidden === 0 || out.length > 0 ? out : [`counts of ${hidden} frames changed`]
}

/** Many deltas of use at once: a refill or drain of a per-cpu list, not the step's own doing. */
function isBookkeeping(field: Uint8Array, from: number, to: number): boolean {
  let uses = 0
  for (let d = from; d < to; d++) if (field[d] === Field.USE) uses++
  return uses > 8
}

function objects(view: RunView, { chunk, from, to }: DeltaRange): string[] {
  const { field, old, new: value } = chunk.deltas
  const out: string[] = []
  for (let d = from; d < to; d++) {
    if (field[d] !== Field.OBJECT) continue
    if (value[d] !== 0) out.push('object allocated')
    else out.push(`object${named(view, old[d])} freed`)
  }
  return out
}

function named(view: RunView, allocation: number): string {
  const name = view.variable(allocation)
  return name === '' ? '' : ` \`${name}\``
}

/** Frames that changed hands, counted by what they became. Moves between the free lists are not told. */
function frames({ chunk, from, to }: DeltaRange): string[] {
  const { field, index, old, new: value } = chunk.deltas
  const became = new Map<string, number>()
  let first = 0
  for (let d = from; d < to; d++) {
    if (field[d] !== Field.USE) continue
    const before = useKind(old[d])
    const after = useKind(value[d])
    const wasFree = before === FrameKind.BUDDY || before === FrameKind.PCP
    const isFree = after === FrameKind.BUDDY || after === FrameKind.PCP
    if ((wasFree && isFree) || (before === after && useAllocation(old[d]) === useAllocation(value[d]))) continue
    const word = isFree
      ? 'freed'
      : after === FrameKind.BAD
        ? 'bad and set aside'
        : `allocated as ${FRAME_KIND_NAMES[after]}`
    if (!became.has(word)) first = index[d]
    became.set(word, (became.get(word) ?? 0) + 1)
  }
  return [...became].map(([word, n]) => (n === 1 ? `frame ${frameName(first)} ${word}` : `${n} frames ${word}`))
}

function bytes({ chunk, from, to }: DeltaRange): string[] {
  const { field, old, new: value } = chunk.deltas
  const { arena } = chunk
  const out: string[] = []
  for (let d = from; d < to; d++) {
    const length = value[d]
    if (field[d] === Field.FILL) out.push(`${sizeText(length)} set to ${hexBytes(arena, old[d], 1)}`)
    if (field[d] !== Field.BYTES) continue
    if (length > 8) out.push(`${sizeText(length)} written`)
    else out.push(`bytes ${hexBytes(arena, old[d], length)} → ${hexBytes(arena, old[d] + length, length)}`)
  }
  return out
}

function sizeText(length: number): string {
  return length === 1 ? '1 byte' : `${length} bytes`
}

function hexBytes(arena: Uint8Array, at: number, length: number): string {
  return Array.from(arena.subarray(at, at + length), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

function others(view: RunView, { chunk, from, to }: DeltaRange): string[] {
  const { field, index, old, new: value } = chunk.deltas
  const out: string[] = []
  let mapped = 0
  let unmapped = 0
  let flags = 0
  for (let d = from; d < to; d++) {
    if (field[d] === Field.VMAP && value[d] !== 0) mapped++
    else if (field[d] === Field.VMAP) unmapped++
    else if (field[d] === Field.FLAGS && to - from < 8) flags++
    else if (field[d] === Field.PRIVATE && to - from < 8)
      out.push(`private ${frameName(old[d])} → ${frameName(value[d])}`)
    else if (field[d] === Field.TASK) {
      out.push(`task ${view.taskName(index[d])} ${TASK_WORDS[value[d] as TaskState] ?? ''}`.trim())
    }
  }
  if (mapped > 0) out.push(`${mapped} ${mapped === 1 ? 'page' : 'pages'} mapped in vmalloc space`)
  if (unmapped > 0) out.push(`${unmapped} ${unmapped === 1 ? 'page' : 'pages'} unmapped from vmalloc space`)
  if (flags > 0 && out.length === 0) out.push('page flags changed')
  return out
}
