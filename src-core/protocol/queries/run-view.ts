/** A finished run as the queries see it: the run, a cursor over its trace and the indexes that answers need. */
import type { Site } from '../../compiler/contract.ts'
import { compileRefModes, RefMode } from '../../eras/era.ts'
import { findEra } from '../../eras/index.ts'
import type { Finding } from '../../ownership/finding.ts'
import { Names } from '../../ownership/names.ts'
import { hasFrameBase } from '../../ownership/op-classes.ts'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Cursor } from '../../trace/cursor.ts'
import { Field, type FrameKind } from '../../trace/fields.ts'
import type { CacheInfo, MachineInfo } from '../../trace/record.ts'
import type { AllocationRecord, TraceStore } from '../../trace/store.ts'
import type { FinishedRun } from '../core-interface.ts'
import { InkRuns } from '../ink-runs.ts'
import { COLOURINGS } from '../map-ink.ts'
import { taskLabels } from '../task-labels.ts'
import type { EventRow } from '../messages.ts'
import type { Event } from './biography.ts'
import { SpareInks, type CellMarks } from './ink-lists.ts'
import type { InkedCells } from './map-inks.ts'
import { Recent } from './recent.ts'
import type { FileInParts } from './trace-file.ts'

/** Where a step was written. */
export interface SourceSpan {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly text: string
}

/** What happened to a target, and how many events are left out between the first and the last. */
export interface Biography {
  readonly events: readonly EventRow[]
  readonly more: number
}

/** A broken rule and the memory it concerns. */
export interface Violation {
  readonly step: number
  readonly allocation: number
  readonly code: string
  /** The memory had been freed before: it was used while invalid. */
  readonly afterFree: boolean
  /** The memory went back with rights left. */
  readonly rightsLeft: boolean
}

const NOWHERE: SourceSpan = { file: '', line: 0, column: 0, endLine: 0, endColumn: 0, text: '' }

export class RunView {
  readonly cursor: Cursor
  readonly names: Names
  readonly info: MachineInfo
  readonly store: TraceStore
  readonly steps: number
  /** By `FrameKind`: whether pages of that kind are counted in the era of the run. */
  private readonly refModes: Uint8Array | null
  /** Broken rules in order of steps, consequences among them; warnings and notes are not. */
  readonly violations: readonly Violation[]
  /** By allocation: 1 if a rule was broken on it. */
  readonly broken: Uint8Array
  /** Steps and biographies of what was looked at last. */
  readonly stepsCache = new Recent<Uint32Array>(8)
  readonly biographyCache = new Recent<Biography>(8)
  readonly eventsCache = new Recent<readonly Event[]>(8)
  /** Colours of the memory map, by colouring and share: the map and the small map beside it, in every colouring. */
  readonly inks = new Recent<InkedCells>(2 * COLOURINGS.length, (old) => this.spareInks.give(old.release()))
  readonly spareInks = new SpareInks()
  readonly inkRuns = new InkRuns()
  /** By number of cells: what lists of them use. */
  readonly cellMarks = new Recent<CellMarks>(3)
  /** The map's table at the steps asked for last: first frame and frames of each row. */
  readonly rowsCache = new Recent<{ readonly frames: Uint32Array }>(2)
  /** The file that is being asked for part by part. */
  file: FileInParts | null = null
  private readonly byAllocation = new Map<number, Violation[]>()
  private readonly cacheById = new Map<number, CacheInfo>()
  private labels: readonly string[] | null = null

  constructor(readonly run: FinishedRun) {
    this.store = run.store
    this.steps = run.store.steps
    this.info = run.record.machine
    const era = findEra(run.record.era)
    this.refModes = era === undefined ? null : compileRefModes(era)
    this.cursor = new Cursor(run.store, run.record.machine)
    this.names = new Names(run.program.sites, run.ledger.allocations)
    for (const cache of run.record.caches) this.cacheById.set(cache.id, cache)
    const violations: Violation[] = []
    const collect = (finding: Finding): void => {
      if (finding.severity === 'error') violations.push(this.violation(finding))
      finding.consequences.forEach(collect)
    }
    run.findings.forEach(collect)
    this.violations = violations.sort((x, y) => x.step - y.step)
    this.broken = new Uint8Array(run.ledger.allocations.lastId + 1)
    for (const violation of violations) {
      this.broken[violation.allocation] = 1
      const list = this.byAllocation.get(violation.allocation)
      if (list === undefined) this.byAllocation.set(violation.allocation, [violation])
      else list.push(violation)
    }
  }

  private violation(finding: Finding): Violation {
    const { allocation, step, code } = finding
    const freed = this.run.ledger.allocations.freedAt(allocation)
    return {
      step,
      allocation,
      code,
      afterFree: allocation !== 0 && freed !== 0 && step > freed,
      rightsLeft: finding.rightsLeft.length > 0 && freed !== 0 && step === freed,
    }
  }

  /** Broken rules that concern an allocation, in order of steps. */
  violationsOf(allocation: number): readonly Violation[] {
    return this.byAllocation.get(allocation) ?? []
  }

  /** What get_page() and put_page() do to pages of a kind in the era of the run. */
  refMode(kind: FrameKind): RefMode {
    return (this.refModes?.[kind] ?? RefMode.COUNTED) as RefMode
  }

  cache(id: number): CacheInfo | undefined {
    return this.cacheById.get(id)
  }

  /** Place of a site; empty for site 0 and sites that the program does not have. */
  span(site: number): SourceSpan {
    const found: Site | undefined = site === 0 ? undefined : this.run.program.sites[site]
    if (found === undefined) return NOWHERE
    const { line, column, endLine, endColumn, text } = found
    return { file: this.run.program.files[found.file] ?? '', line, column, endLine, endColumn, text }
  }

  /** Place of a step; empty outside the run. */
  spanOf(step: number): SourceSpan {
    return this.store.chunkOf(step) < 0 ? NOWHERE : this.span(this.store.opSite(step))
  }

  /** What a task is called: `taskLabels`. */
  taskName(id: number): string {
    this.labels ??= taskLabels(this.run.record.tasks)
    return this.labels[id] ?? `task ${id}`
  }

  get pageSize(): number {
    return 2 ** this.info.pageShift
  }

  /** Frame that memory starts in at the cursor's step; -1 if it has none. */
  firstFrame(allocation: AllocationRecord): number {
    if (hasFrameBase(allocation.kind)) return allocation.base
    switch (allocation.kind) {
      case AllocationKind.KMALLOC:
      case AllocationKind.CACHE_OBJECT:
        return Math.floor(allocation.base / this.pageSize)
      case AllocationKind.VMALLOC:
      case AllocationKind.VMAP:
        return this.cursor.vmap(allocation.base) - 1
      default:
        return -1
    }
  }

  /** Number of frames that memory covers; 0 if it has none. */
  frameCount(allocation: AllocationRecord): number {
    switch (allocation.kind) {
      case AllocationKind.KMALLOC:
      case AllocationKind.CACHE_OBJECT: {
        const last = allocation.base + Math.max(allocation.size, 1) - 1
        return Math.floor(last / this.pageSize) - Math.floor(allocation.base / this.pageSize) + 1
      }
      case AllocationKind.NONE:
      case AllocationKind.CACHE:
      case AllocationKind.OWNED:
      case AllocationKind.FOREIGN:
        return 0
      default:
        return Math.max(1, Math.ceil(allocation.size / this.pageSize))
    }
  }

  /** Variable that memory was first stored in; empty if none. A slab page is never what a variable was given. */
  variable(id: number): string {
    return this.run.ledger.allocations.kind(id) === AllocationKind.SLAB ? '' : this.names.memory(id)
  }

  /** What to call memory: the variable it was stored in, else what made it. */
  label(id: number): string {
    const name = this.variable(id)
    if (name !== '') return name
    const record = this.store.allocation(id)
    if (record === null) return ''
    if (record.kind === AllocationKind.SLAB) return `${this.slabCache(record)?.name ?? 'slab'} page`
    const { text } = this.span(this.store.opSite(record.step))
    return text === '' ? this.names.kind(id) : text
  }

  /** Cache whose slab an allocation of kind SLAB is, from the deltas of the step that made it. */
  slabCache(record: AllocationRecord): CacheInfo | undefined {
    const range = this.store.deltasOf(record.step)
    if (range === null) return undefined
    const { field, index, new: value } = range.chunk.deltas
    for (let d = range.from; d < range.to; d++) {
      if (field[d] === Field.SLAB && index[d] === record.base && value[d] !== 0) return this.cache(value[d] - 1)
    }
    return undefined
  }
}
