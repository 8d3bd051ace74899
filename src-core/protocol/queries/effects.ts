/** What a step did to the machine, in a few words: `refcount 1 → 2`, `object freed`. */
import { levelsOf } from '../../machine/page-table-bits.ts'
import { ContextMask, Field, FRAME_KIND_NAMES, FrameKind, TaskState } from '../../trace/fields.ts'
import { useAllocation, useKind } from '../../trace/fields.ts'
import { Op, type OpName } from '../../trace/ops.ts'
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
  const entries = entriesOf(range, entryBytes(view, view.store.opKind(step)))
  const touched = [...objects(view, range), ...entries.words, ...bytes(range, entries.rows)]
  const hands = frames(range)
  const parts = [
    ...touched,
    // The count of a slab page that came with an object is the allocator's own affair.
    ...(touched.length > 0 && hands.length > 0 ? [] : counts(range, frameOfStep(view, step), hands.length === 0)),
    ...hands,
    ...others(view, range, view.store.opTask(step)),
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

/** Counts that changed: of the frame the step is about, else of the first frames changed if `all` are wanted. */
function counts({ chunk, from, to }: DeltaRange, about: number, all: boolean): string[] {
  const { field, index, old, new: value } = chunk.deltas
  const out: string[] = []
  let hidden = 0
  for (let d = from; d < to; d++) {
    const name = COUNTED.get(field[d])
    if (name === undefined) continue
    const change = `${name} ${old[d] | 0} → ${value[d] | 0}`
    if (index[d] === about) out.push(change)
    else if (!all || out.length >= 2) hidden++
    else out.push(`frame ${frameName(index[d])} ${change}`)
  }
  return hidden > 0 && all ? [...out, `${hidden} more counts changed`] : out
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
  const became = new Map<string, number[]>()
  for (let d = from; d < to; d++) {
    if (field[d] !== Field.USE) continue
    const word = becomes(old[d], value[d])
    if (word === '') continue
    const list = became.get(word)
    if (list === undefined) became.set(word, [index[d]])
    else list.push(index[d])
  }
  return [...became].map(([word, list]) =>
    list.length === 1 ? `frame ${frameName(list[0])} ${word}` : `${list.length} frames ${word}`,
  )
}

/** What a change of use means; empty if the frame did not change hands. */
function becomes(old: number, next: number): string {
  const before = useKind(old)
  const after = useKind(next)
  const wasFree = before === FrameKind.BUDDY || before === FrameKind.PCP
  if (after === FrameKind.BUDDY || after === FrameKind.PCP) return wasFree ? '' : 'freed'
  if (after === FrameKind.BAD) return 'bad and set aside'
  if (before === after && useAllocation(old) === useAllocation(next)) return ''
  if (!wasFree && useAllocation(next) === 0) return 'kept by a reference'
  return wasFree ? `allocated as ${FRAME_KIND_NAMES[after]}` : `now ${FRAME_KIND_NAMES[after]}`
}

/** Page-table entries that changed, counted by what became of them, and the rows that say so. */
function entriesOf(
  { chunk, from, to }: DeltaRange,
  bytes: number,
): {
  readonly words: string[]
  readonly rows: ReadonlySet<number>
} {
  const { field, old, new: value } = chunk.deltas
  const rows = new Set<number>()
  const counts = new Map<string, number>()
  for (let d = from; d < to; d++) {
    if (field[d] !== Field.BYTES || value[d] !== bytes) continue
    rows.add(d)
    const was = isZero(chunk.arena, old[d], bytes)
    const is = isZero(chunk.arena, old[d] + bytes, bytes)
    const word = was === is ? 'changed' : is ? 'cleared' : 'set'
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const words = [...counts].map(([word, count]) =>
    count === 1 ? `page-table entry ${word}` : `${count} page-table entries ${word}`,
  )
  return { words, rows }
}

/** Operations of the kernel that write page-table entries, and no other bytes of their size at once. */
const WRITES_ENTRIES: ReadonlySet<number> = new Set(
  (
    [
      ...(['vm_insert_page', 'vm_insert_pages', 'vm_map_pages', 'remap_pfn_range', 'remap_vmalloc_range'] as const),
      ...(['vmf_insert_pfn', 'vmf_insert_mixed', 'page_fault', 'copy_pte', 'zap_pte', 'pte_set', 'pte_clear'] as const),
      ...(['zap_page_range_single', 'zap_vma_ptes', 'unmap_mapping_range', 'sys_mmap', 'sys_munmap'] as const),
      ...(['sys_mremap', 'fork', 'exit'] as const),
    ] satisfies readonly OpName[]
  ).map((name) => Op[name]),
)
/** The same for the tables of a device. */
const DEVICE_ENTRIES: ReadonlySet<number> = new Set(
  (['gpu_map', 'gpu_unmap', 'gpu_pte_set', 'gpu_pte_clear'] satisfies readonly OpName[]).map((name) => Op[name]),
)
const DEVICE_ENTRY_BYTES = 8

/** Bytes of the entries that an operation writes; 0 = it writes none. */
function entryBytes(view: RunView, kind: number): number {
  if (DEVICE_ENTRIES.has(kind)) return DEVICE_ENTRY_BYTES
  return WRITES_ENTRIES.has(kind) ? levelsOf(view.info).entryBytes : 0
}

function isZero(arena: Uint8Array, at: number, bytes: number): boolean {
  return arena.subarray(at, at + bytes).every((byte) => byte === 0)
}

/** Bytes that changed, but for the rows that are told already; writes of neighbouring bytes are one. */
function bytes({ chunk, from, to }: DeltaRange, told: ReadonlySet<number>): string[] {
  const { field, index, old, new: value } = chunk.deltas
  const { arena } = chunk
  const out: string[] = []
  for (let d = from; d < to; d++) {
    if (field[d] === Field.FILL) out.push(`${sizeText(value[d])} set to ${hexBytes(arena, old[d], 1)}`)
    if (field[d] !== Field.BYTES || told.has(d)) continue
    let before = hexBytes(arena, old[d], Math.min(value[d], 9))
    let after = hexBytes(arena, old[d] + value[d], Math.min(value[d], 9))
    let length = value[d]
    while (d + 1 < to && field[d + 1] === Field.BYTES && index[d + 1] === index[d] + value[d]) {
      d++
      length += value[d]
      if (length > 8) continue
      before += ` ${hexBytes(arena, old[d], value[d])}`
      after += ` ${hexBytes(arena, old[d] + value[d], value[d])}`
    }
    out.push(length > 8 ? `${sizeText(length)} written` : `bytes ${before} → ${after}`)
  }
  return out
}

function sizeText(length: number): string {
  return length === 1 ? '1 byte' : `${length} bytes`
}

function hexBytes(arena: Uint8Array, at: number, length: number): string {
  return Array.from(arena.subarray(at, at + length), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

function others(view: RunView, { chunk, from, to }: DeltaRange, running: number): string[] {
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
    else if (field[d] === Field.PRIVATE_HIGH && to - from < 8)
      out.push(`private, high half, ${frameName(old[d])} → ${frameName(value[d])}`)
    else if (field[d] === Field.CONTEXT) out.push(contextWords(old[d], value[d]))
    else if (field[d] === Field.TASK && isTold(value[d], index[d] === running)) {
      out.push(`task ${view.taskName(index[d])} ${TASK_WORDS[value[d] as TaskState] ?? ''}`.trim())
    }
  }
  if (mapped > 0) out.push(`${mapped} ${mapped === 1 ? 'page' : 'pages'} mapped in vmalloc space`)
  if (unmapped > 0) out.push(`${unmapped} ${unmapped === 1 ? 'page' : 'pages'} unmapped from vmalloc space`)
  if (flags > 0 && out.length === 0) out.push('page flags changed')
  return out
}

/** A task waits and ends by itself: that it did is no effect of another's step, nor that it runs one of its own. */
function isTold(state: number, own: boolean): boolean {
  return own ? state !== TaskState.RUNNABLE : state !== TaskState.BLOCKED && state !== TaskState.ENDED
}

/** Which sections a task entered or left in which it may not sleep. */
function contextWords(old: number, now: number): string {
  const changed = Object.entries(CONTEXT_WORDS).filter(([mask]) => (old & Number(mask)) !== (now & Number(mask)))
  const words = changed.map(([mask, word]) => ((now & Number(mask)) > (old & Number(mask)) ? word : `${word} ends`))
  return now === 0 ? `${words.join(', ')}: may sleep` : words.join(', ')
}

const CONTEXT_WORDS: Readonly<Record<number, string>> = {
  [ContextMask.PREEMPT]: 'preemption off',
  [ContextMask.SOFTIRQ]: 'softirq',
  [ContextMask.HARDIRQ]: 'hardirq',
  [ContextMask.IRQS_OFF]: 'interrupts off',
  [ContextMask.RCU]: 'RCU section',
}
