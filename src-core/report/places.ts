/** From a step of the trace to a place in the source. */
import type { CompiledProgram, Site } from '../compiler/contract.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import type { RunRecord } from '../trace/record.ts'
import type { Place } from './report.ts'

export type SitesAndFiles = Pick<CompiledProgram, 'sites' | 'files'>

export class Places {
  constructor(
    private readonly record: RunRecord,
    private readonly program: SitesAndFiles,
  ) {}

  /** The site of a step; undefined for the loader's own steps and for step 0. */
  site(step: number): Site | undefined {
    const index = this.column(step, (chunk, row) => chunk.ops.site[row] ?? 0)
    return index === 0 ? undefined : this.program.sites[index]
  }

  /** Index of a step's site; 0 = none. */
  siteIndex(step: number): number {
    return this.column(step, (chunk, row) => chunk.ops.site[row] ?? 0)
  }

  task(step: number): number {
    return this.column(step, (chunk, row) => chunk.ops.task[row] ?? 0)
  }

  /** Name of the task that ran a step. */
  taskName(step: number): string {
    const id = this.task(step)
    return this.record.tasks[id]?.name ?? (id === 0 ? 'insmod' : `task ${id}`)
  }

  at(step: number): Place | null {
    const site = this.site(step)
    return site === undefined ? null : this.place(site)
  }

  /** Place of a site by its number. */
  atSite(index: number): Place | null {
    const site = index === 0 ? undefined : this.program.sites[index]
    return site === undefined ? null : this.place(site)
  }

  place(site: Site): Place {
    return { file: this.program.files[site.file] ?? '', line: site.line, column: site.column }
  }

  private column(step: number, read: (chunk: TraceChunk, row: number) => number): number {
    if (step <= 0) return 0
    const { chunks } = this.record
    let low = 0
    let high = chunks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      const chunk = chunks[middle]
      if (chunk !== undefined && chunk.firstStep <= step) low = middle
      else high = middle - 1
    }
    const chunk = chunks[low]
    if (chunk === undefined) return 0
    const row = step - chunk.firstStep
    return row >= 0 && row < chunk.opCount ? read(chunk, row) : 0
  }
}
