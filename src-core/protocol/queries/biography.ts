/** The biography of a piece of memory or a frame: what happened to it, in kernel words, oldest first. */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Field } from '../../trace/fields.ts'
import { Family, Flag, Op, OP_FAMILY, OP_NAMES } from '../../trace/ops.ts'
import type { Calls, EventRow, Target } from '../messages.ts'
import { dmaSentence } from './dma-words.ts'
import { effectOf, frameName } from './effects.ts'
import { eventSentence } from './event-words.ts'
import type { Biography, RunView } from './run-view.ts'
import { stepsOf, targetKey } from './target-steps.ts'

/** Rows shown at most: the first and the last of a long life. */
const FIRST_ROWS = 150
const LAST_ROWS = 150
/** Rows of one answer to `events`. */
const MOST_ASKED = 500

/** Queries whose result is in the operation's first detail. */
const GIVES_NUMBER = new Set<number>([
  Op.page_ref_count,
  Op.page_count,
  Op.page_mapcount,
  Op.folio_ref_count,
  Op.folio_mapcount,
  Op.folio_page_idx,
  Op.folio_nr_pages,
  Op.folio_order,
  Op.folio_size,
  Op.compound_order,
  Op.compound_nr,
  Op.page_size,
  Op.ksize,
])

/** An event of a biography: a step, or several accesses in a row that are told as one. */
export interface Event {
  readonly step: number
  readonly site: number
  readonly op: number
  times: number
}

/** Answers `events`: rows [from, from + count) of the whole biography. */
export function eventRows(view: RunView, ask: Calls['events']['ask']): Calls['events']['answer'] {
  const events = eventsOf(view, ask.target)
  const about = 'allocation' in ask.target ? ask.target.allocation : 0
  const to = ask.from + Math.min(ask.count, MOST_ASKED)
  const step = ask.step ?? view.steps
  return {
    rows: events.slice(ask.from, to).map((event) => rowOf(view, event, about)),
    total: events.length,
    latest: firstAfter(events, step) - 1,
  }
}

/** Index of the first event after a step. */
function firstAfter(events: readonly Event[], step: number): number {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (events[middle]!.step <= step) low = middle + 1
    else high = middle
  }
  return low
}

function eventsOf(view: RunView, target: Target): readonly Event[] {
  return view.eventsCache.get(targetKey(target), () => mergeRepeats(view, stepsOf(view, target)))
}

/** Events of a target, and how many of them are left out between the first and the last. */
export function biography(view: RunView, target: Target): Biography {
  return view.biographyCache.get(targetKey(target), () => tell(view, target))
}

function tell(view: RunView, target: Target): Biography {
  const events = eventsOf(view, target)
  const about = 'allocation' in target ? target.allocation : 0
  const more = Math.max(0, events.length - FIRST_ROWS - LAST_ROWS)
  const shown = more === 0 ? events : [...events.slice(0, FIRST_ROWS), ...events.slice(-LAST_ROWS)]
  return { more, events: shown.map((event) => rowOf(view, event, about)) }
}

function rowOf(view: RunView, event: Event, about: number): EventRow {
  const { file, line, column } = view.span(event.site)
  const sentence = sentenceOf(view, event.step, about)
  const told = event.times > 1 ? `${sentence} (${event.times} times)` : sentence
  return { step: event.step, sentence: told, file, line, column }
}

/** Accesses by the same call one after the other become one event. */
function mergeRepeats(view: RunView, steps: Uint32Array): Event[] {
  const out: Event[] = []
  for (const step of steps) {
    const op = view.store.opKind(step)
    const site = view.store.opSite(step)
    const last = out.at(-1)
    const family = OP_FAMILY[op]
    const isAccess = family === Family.READ || family === Family.WRITE || family === Family.NONE
    if (last !== undefined && isAccess && last.op === op && last.site === site) last.times++
    else out.push({ step, site, op, times: 1 })
  }
  return out
}

/** What a step did, as a sentence. `about` is the memory whose life is told, 0 for a frame's. */
export function sentenceOf(view: RunView, step: number, about: number): string {
  const { chunk, row } = view.store.place(step)
  const { ops } = chunk
  const op = ops.kind[row]
  const flags = ops.flags[row]
  const name = OP_NAMES[op] ?? 'operation'
  const { allocations } = view.run.ledger
  const id = about === 0 ? ops.allocation[row] : about
  const freed = allocations.freedAt(id)
  const late = id !== 0 && freed !== 0 && step > freed ? ', after it was freed' : ''
  if (about !== 0 && allocations.bornAt(about) === step) return madeSentence(view, about, name, op)
  if (op === Op.krealloc && about !== 0 && step === freed)
    return 'krealloc moved its content to another block and freed it'
  const change = countChange(view, step, about)
  if (op === Op.lru_add_drain && about !== 0) return `${name} dropped the reference of the LRU batch${change}`
  switch (OP_FAMILY[op]) {
    case Family.ALLOC:
      if ((flags & Flag.FAILED) !== 0) return `${name} failed`
      return ops.allocation[row] === 0
        ? withEffect(view, step, name)
        : madeSentence(view, ops.allocation[row], name, op)
    case Family.GET:
      if ((flags & Flag.DECLINED) !== 0)
        return `${name} took nothing: this kind of page has no count in ${view.run.record.era}`
      return (flags & Flag.FAILED) !== 0 ? `${name} took no reference` : `${name} took a reference${change}${late}`
    case Family.PUT:
      if ((flags & Flag.DECLINED) !== 0)
        return `${name} dropped nothing: this kind of page has no count in ${view.run.record.era}`
      return `${name} dropped a reference${change}${late}${(flags & Flag.LAST) === 0 ? '' : '; the memory went back'}`
    case Family.FREE:
      return freeSentence(name, flags, change, late)
    case Family.READ:
      return `${name}: ${bytesText(ops.a[row])} read at offset ${ops.b[row]}${late}`
    case Family.WRITE:
      return `${name}: ${bytesText(ops.a[row])} written at offset ${ops.b[row]}${late}`
    case Family.MAP:
      return `${name} mapped it${late}`
    case Family.UNMAP:
      return ops.a[row] === 0 ? `${name} ended no mapping` : `${name} ended a mapping`
    case Family.DERIVE: {
      const variable = view.names.assigned(ops.site[row])
      return `${name} made a pointer to it${variable === '' ? '' : `: ${variable}`}${late}`
    }
    case Family.DMA:
      return `${withEffect(view, step, dmaSentence(view, step) ?? name)}${late}`
    case Family.LRU:
      return `${eventSentence(view, step) ?? name}${late}`
    default:
      return (
        eventSentence(view, step) ??
        (GIVES_NUMBER.has(op) ? `${name} gave ${ops.a[row]}` : withEffect(view, step, name))
      )
  }
}

function freeSentence(name: string, flags: number, change: string, late: string): string {
  if ((flags & Flag.NULL) !== 0) return `${name} of NULL does nothing`
  if ((flags & Flag.FAULT) !== 0) return `${name} stopped the task`
  if ((flags & Flag.LAST) !== 0) return `${name} gave it back${change}${late}`
  return change === '' ? `${name} freed nothing${late}` : `${name} dropped a reference${change}${late}`
}

function madeSentence(view: RunView, id: number, name: string, op: number): string {
  const record = view.store.allocation(id)
  if (record === null) return name
  const owner = view.taskName(view.run.ledger.allocations.task(id))
  switch (record.kind) {
    case AllocationKind.SLAB:
      return `${name} made the slab allocator take it for ${view.slabCache(record)?.name ?? 'a cache'}`
    case AllocationKind.CACHE:
      return `${name} made the cache; owner ${owner}`
    case AllocationKind.PAGES:
    case AllocationKind.COMPOUND: {
      const frames = view.frameCount(record)
      const what = frames === 1 ? 'frame' : `${frames} frames from`
      const made = op === Op.split_page ? 'split_page separated it' : `${name} made it`
      return `${made}: ${what} ${frameName(record.base)}; owner ${owner}`
    }
    default:
      return `${name} made it: ${bytesText(record.size)}; owner ${owner}`
  }
}

/** `: 1 → 2` when the step changed a reference count, that of `about` if it changed several, else nothing. */
function countChange(view: RunView, step: number, about: number): string {
  const range = view.store.deltasOf(step)
  if (range === null) return ''
  const record = about === 0 ? null : view.store.allocation(about)
  const pfn = record === null ? -1 : view.firstFrame(record)
  const { field, index, old, new: value } = range.chunk.deltas
  let change = ''
  for (let d = range.from; d < range.to; d++) {
    if (field[d] !== Field.REFCOUNT || (change !== '' && index[d] !== pfn)) continue
    change = `: ${old[d] | 0} → ${value[d] | 0}`
  }
  return change
}

function withEffect(view: RunView, step: number, name: string): string {
  const effect = effectOf(view, step)
  return effect === '' ? name : `${name}: ${effect}`
}

function bytesText(n: number): string {
  return n === 1 ? '1 byte' : `${n} bytes`
}
