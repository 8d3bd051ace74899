/** What lies under a point of the memory map, and what the card beside the pointer says about it. */
import { shallowRef } from 'vue'
import type { Inspection } from '../../../src-core/protocol/messages.ts'
import { Latest } from '../../canvas/latest.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSelectionStore } from '../../stores/selection.ts'
import { useSessionStore } from '../../stores/session.ts'
import { byteAt } from './byte-geometry.ts'
import { OBJECTS_FROM, type SlabObject } from './draw-cells.ts'
import type { FrameRun } from './draw-map.ts'
import { cellRect, frameAt, showsBytes, type MapLayout } from './geometry.ts'
import { GUTTER } from './gutter.ts'
import type { CellFacts } from './windows.ts'

/** What is under the pointer. */
export interface MapHover {
  readonly facts: CellFacts
  readonly inspection: Inspection | null
}

/** What a point of the canvas hits: a frame, the slab object in it (0 if none), the byte (-1 where none are shown). */
export interface MapHit {
  readonly pfn: number
  readonly allocation: number
  readonly byte: number
}

export interface HoverSources {
  readonly layout: () => MapLayout | null
  readonly scroll: () => number
  readonly pageSize: () => number
  readonly objectsOf: (pfn: number) => readonly SlabObject[] | null
  /** Null where they are unknown, or were only asked for: `refresh` is called when they come. */
  readonly factsOf: (pfn: number) => CellFacts | null
  /** The pointer is on a byte of a frame; -1 for none. */
  readonly hoverByte: (pfn: number, byte: number) => void
  /** The pointer left. */
  readonly leaveByte: () => void
}

export function useMapHover(sources: HoverSources) {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const hover = shallowRef<MapHover | null>(null)
  /** Point whose facts are on their way. */
  let waits: { readonly x: number; readonly y: number } | null = null

  const question = new Latest<{ run: number; step: number; pfn: number }, Inspection>(
    ({ run, step, pfn }) => session.call('inspect', { run, step, target: { pfn } }),
    (inspection, { pfn }) => {
      if (hover.value?.facts.pfn === pfn) hover.value = { facts: hover.value.facts, inspection }
    },
    () => undefined,
  )

  function targetAt(x: number, y: number): MapHit | null {
    const layout = sources.layout()
    if (layout === null) return null
    const [left, top] = [x - GUTTER, y + sources.scroll()]
    const pfn = frameAt(layout, left, top)
    if (pfn < 0) return null
    const rect = cellRect(layout, pfn)
    const objects = rect !== null && rect.width >= OBJECTS_FROM ? sources.objectsOf(pfn) : null
    const byte = rect !== null && showsBytes(layout) ? byteAt(rect, left, top, sources.pageSize()) : -1
    if (objects === null || rect === null || (byte < 0 && (showsBytes(layout) || top - rect.y < 16))) {
      return { pfn, allocation: 0, byte }
    }
    const offset = byte >= 0 ? byte : ((left - rect.x - 3) / (rect.width - 6)) * sources.pageSize()
    const hit = objects.find((each) => offset >= each.offset && offset < each.offset + each.bytes)
    return { pfn, allocation: hit?.allocation ?? 0, byte }
  }

  function hoverAt(x: number, y: number): void {
    const hit = targetAt(x, y)
    const facts = hit === null ? null : sources.factsOf(hit.pfn)
    if (hit === null || facts === null) {
      leave()
      waits = hit === null ? null : { x, y }
      return
    }
    waits = null
    sources.hoverByte(hit.pfn, hit.byte)
    if (hover.value?.facts.pfn === hit.pfn) return
    hover.value = { facts, inspection: null }
    selection.hovered = { pfn: hit.pfn }
    question.ask({ run: session.runId, step: cursor.step, pfn: hit.pfn })
  }

  /** Facts came: the card may be what waits for them. */
  function refresh(): void {
    if (waits !== null) hoverAt(waits.x, waits.y)
  }

  function leave(): void {
    waits = null
    if (hover.value === null) return
    hover.value = null
    sources.leaveByte()
    selection.hovered = null
  }

  /** The frame to outline: under this pointer, or pointed at in another view. */
  function run(): FrameRun | null {
    const target = selection.hovered
    return target !== null && 'pfn' in target ? { pfn: target.pfn, frames: 1 } : null
  }

  return { hover, targetAt, hoverAt, refresh, leave, run }
}
