/** The inspector: everything that is known of one piece of memory or one frame at one step. */
import { hex, kernelAddress } from '../../ownership/addresses.ts'
import type { Right } from '../../ownership/ledger.ts'
import { ALLOCATION_KIND_NAMES, AllocationKind } from '../../trace/allocation-kind.ts'
import { FRAME_KIND_NAMES, FrameKind, useKind } from '../../trace/fields.ts'
import { OP_NAMES } from '../../trace/ops.ts'
import type { Calls, Inspection, RightRow, Target } from '../messages.ts'
import { biography } from './biography.ts'
import { frameName } from './effects.ts'
import { at, compareFields, momentBefore } from './moments.ts'
import { structsOf, type StructFields } from './structs.ts'
import { areasTo, walksOf } from './walks.ts'
import { locateTarget, type Location } from './locate.ts'
import { pageFields, type Field } from './page-fields.ts'
import type { RunView } from './run-view.ts'
import { objectsOfFrame, slabAt } from './slab-objects.ts'

/** Rights and pointers listed at most. */
const MAX_ROWS = 200

/** Answers `inspect`. A target that does not exist is shown as free memory without fields. */
export function inspect(view: RunView, ask: Calls['inspect']['ask']): Inspection {
  view.cursor.seek(ask.step)
  const { target } = ask
  const place = locateTarget(view, target)
  const record = view.store.allocation(place.allocation)
  const physical = physicalAddress(view, target, place)
  const { events, more } = biography(view, target)
  const isMemory = 'allocation' in target
  const address =
    isMemory && record !== null
      ? kernelAddress(view.info, record.kind, record.base)
      : place.pfn < 0
        ? 0n
        : kernelAddress(view.info, AllocationKind.PAGES, place.pfn)
  const bytes = isMemory ? (record?.size ?? 0) : view.pageSize
  const full = ask.full === true
  const since = full ? Math.min(ask.since ?? momentBefore(view, target, ask.step), view.steps) : ask.step
  const read = (): Moment => ({
    fields: place.pfn < 0 ? [] : pageFields(view, place.pfn),
    structs: full ? [...structsOf(view, place, physical, bytes), ...areasTo(view, place)] : [],
  })
  const now = read()
  const before = since === ask.step ? now : at(view, since, read)
  return {
    title: isMemory ? memoryTitle(view, target.allocation) : frameTitle(place),
    subtitle: isMemory ? memorySubtitle(view, place) : frameSubtitle(view, place),
    pfn: place.pfn,
    allocation: place.allocation,
    state: stateOf(view, target, place),
    since,
    fields: compareFields(now.fields, before.fields),
    structs: compareStructs(now.structs, before.structs),
    walks: full ? walksOf(view, place) : [],
    rights: rights(view, target, place).map((right) => rightRow(view, right)),
    gone: gone(view, target, place, since),
    pointers: pointers(view, place.allocation),
    events,
    moreEvents: more,
    objects: objects(view, place.pfn),
    address: address === 0n ? '' : hex(view.info, address),
    physical: physical < 0 ? '' : `0x${physical.toString(16)}`,
    bytes,
    slot: isMemory ? slotOf(view, place, physical) : null,
  }
}

/** The place of an object among those of its slab, as the slab is at the cursor's step. */
function slotOf(view: RunView, place: Location, physical: number): Inspection['slot'] {
  const slab = place.pfn < 0 || physical < 0 ? null : slabAt(view, place.pfn)
  if (slab === null) return null
  const { firstObject, stride } = slab.cache
  const offset = physical - slab.first * view.pageSize
  return offset % stride === firstObject ? { before: firstObject, bytes: stride } : null
}

function physicalAddress(view: RunView, target: Target, place: Location): number {
  if (place.pfn < 0) return -1
  const record = 'allocation' in target ? view.store.allocation(target.allocation) : null
  const isObject =
    record !== null && (record.kind === AllocationKind.KMALLOC || record.kind === AllocationKind.CACHE_OBJECT)
  return isObject ? record.base : place.pfn * view.pageSize
}

function memoryTitle(view: RunView, id: number): string {
  if (view.store.allocation(id) === null) return 'no such memory'
  const name = view.variable(id)
  const kind = ALLOCATION_KIND_NAMES[view.run.ledger.allocations.kind(id)]?.replaceAll('-', ' ') ?? 'memory'
  return name === '' ? `${kind} · ${view.label(id)}` : `${name} · ${kind}`
}

function memorySubtitle(view: RunView, place: Location): string {
  const record = view.store.allocation(place.allocation)
  if (record === null) return ''
  const parts = [`${record.size} bytes`]
  if (place.pfn >= 0) {
    const slab = slabAt(view, place.pfn)
    const more = place.frames > 1 ? `–${frameName(place.pfn + place.frames - 1)}` : ''
    parts.push(`frame ${frameName(place.pfn)}${more}`)
    if (slab !== null && useKind(view.cursor.use(place.pfn)) === FrameKind.SLAB) parts.push(slab.cache.name)
  }
  return parts.join(' · ')
}

function frameTitle(place: Location): string {
  return place.pfn < 0 ? 'no such frame' : `frame ${frameName(place.pfn)}`
}

function frameSubtitle(view: RunView, place: Location): string {
  if (place.pfn < 0) return `the machine has frames 0 to ${frameName(view.info.frames - 1)}`
  const kind = useKind(view.cursor.use(place.pfn))
  const slab = kind === FrameKind.SLAB ? slabAt(view, place.pfn) : null
  const parts = [slab === null ? KIND_WORDS[kind] : `slab ${slab.cache.name}`]
  const order = view.cursor.order(place.pfn)
  if (view.cursor.head(place.pfn) !== 0) parts.push('tail')
  else if (order > 1 && kind !== FrameKind.BUDDY) parts.push('head')
  const name = view.variable(place.allocation)
  if (name !== '') parts.push(name)
  return parts.join(' · ')
}

const KIND_WORDS: readonly string[] = FRAME_KIND_NAMES.map((name, kind) => {
  if (kind === FrameKind.BAD) return 'bad page · broken when it was freed: on no free list, nobody gets it again'
  return kind === FrameKind.BUDDY ? 'free (buddy)' : kind === FrameKind.PCP ? 'free (per-cpu list)' : name
})

function stateOf(view: RunView, target: Target, place: Location): Inspection['state'] {
  const { step } = view.cursor
  if ('allocation' in target) {
    const { allocations } = view.run.ledger
    const born = allocations.bornAt(target.allocation)
    if (born === 0 || born > step) return 'free'
    const freed = allocations.freedAt(target.allocation)
    return freed !== 0 && freed <= step ? 'freed' : 'allocated'
  }
  if (place.pfn < 0) return 'reserved'
  const kind = useKind(view.cursor.use(place.pfn))
  if (kind === FrameKind.RESERVED) return 'reserved'
  if (kind === FrameKind.BAD) return 'leaked'
  return kind === FrameKind.BUDDY || kind === FrameKind.PCP ? 'free' : 'allocated'
}

/** What can still reach the target at the cursor's step. Of a slab page: its own rights and its objects' owners. */
function rights(view: RunView, target: Target, place: Location, step = view.cursor.step): Right[] {
  const { ledger } = view.run
  let list: readonly Right[]
  if ('allocation' in target) list = ledger.accessSet(target.allocation, step)
  else {
    const own = place.allocation === 0 ? [] : ledger.accessSet(place.allocation, step)
    const inside = objects(view, place.pfn)
      .filter((object) => object.allocation !== 0)
      .flatMap((object) =>
        ledger.accessSet(object.allocation, step).filter((right) => right.allocation === object.allocation),
      )
    list = [...own, ...inside]
  }
  return list.slice(0, MAX_ROWS)
}

function rightRow(view: RunView, right: Right): RightRow {
  return { kind: right.kind, on: right.on, holder: view.taskName(right.task), ...originOf(view, right.from) }
}

/** Rights held after the step `since` that are not held at the cursor's step. */
function gone(view: RunView, target: Target, place: Location, since: number): RightRow[] {
  const { step } = view.cursor
  return rights(view, target, place, since)
    .filter((right) => right.from > step || (right.to !== 0 && right.to <= step && right.to > since))
    .map((right) => rightRow(view, right))
}

interface Moment {
  readonly fields: readonly Field[]
  readonly structs: readonly StructFields[]
}

/** Structs of both moments; one that is gone keeps its place with empty values. */
function compareStructs(now: readonly StructFields[], before: readonly StructFields[]): Inspection['structs'] {
  const old = new Map(before.map((each) => [each.key, each]))
  const out = now.map(({ key, name, which, fields }) => {
    const was = old.get(key)?.fields ?? []
    old.delete(key)
    return { name, which, fields: compareFields(fields, was) }
  })
  for (const { name, which, fields } of old.values()) out.push({ name, which, fields: compareFields([], fields) })
  return out
}

/** Plain pointers into memory, made up to the cursor's step. */
function pointers(view: RunView, allocation: number): RightRow[] {
  if (allocation === 0) return []
  return view.run.ledger
    .pointersOf(allocation, view.cursor.step)
    .slice(-MAX_ROWS)
    .map((step) => ({
      kind: OP_NAMES[view.store.opKind(step)] ?? 'pointer',
      on: 'none',
      holder: view.taskName(view.store.opTask(step)),
      ...originOf(view, step),
    }))
}

/** Place of a step; the text is the call with the variable it was stored in. */
function originOf(view: RunView, step: number): Pick<RightRow, 'step' | 'file' | 'line' | 'column' | 'text'> {
  const site = view.store.opSite(step)
  const { file, line, column, text } = view.span(site)
  const variable = view.names.assigned(site)
  return { step, file, line, column, text: variable === '' ? text : `${variable} = ${text}` }
}

function objects(view: RunView, pfn: number): Inspection['objects'] {
  if (pfn < 0 || useKind(view.cursor.use(pfn)) !== FrameKind.SLAB) return []
  const slab = slabAt(view, pfn)
  if (slab === null) return []
  return objectsOfFrame(view, slab, pfn).map(({ address, allocation }) => ({
    offset: address - pfn * view.pageSize,
    bytes: slab.cache.objectSize,
    allocation,
    label: allocation === 0 ? '' : view.label(allocation),
  }))
}
