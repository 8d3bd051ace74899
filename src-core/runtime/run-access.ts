/** The access sets of one run: keeps the chunks of a program that asks for them, and folds them when it does. */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { AccessAnswers, AccessFold, AccessRow, MakeAccessFold } from '../surface/access-answers.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import type { MachineInfo } from '../trace/record.ts'

/** True if a program names `access_set`: only then are its chunks kept. */
export function asksForAccess(program: CompiledProgram): boolean {
  return program.modules.some((module) => module.interleaved.includes('access_set'))
}

export class RunAccess implements AccessAnswers {
  private fold: AccessFold
  private chunks: TraceChunk[] = []

  constructor(
    private readonly make: MakeAccessFold,
    private readonly machine: MachineInfo,
    private readonly program: CompiledProgram,
    /** Makes the counts of the open chunk true. */
    private readonly sync: () => void,
  ) {
    this.fold = make(machine)
  }

  /** A chunk was opened, or its columns grew. */
  opened(chunk: TraceChunk): void {
    if (this.chunks.at(-1) !== chunk) this.chunks.push(chunk)
  }

  /** The run begins anew. */
  restart(): void {
    this.fold = this.make(this.machine)
    this.chunks = []
  }

  ofAllocation(allocation: number): readonly AccessRow[] {
    this.catchUp()
    return this.fold.ofAllocation(allocation)
  }
  ofFrame(pfn: number): readonly AccessRow[] {
    this.catchUp()
    return this.fold.ofFrame(pfn)
  }

  placeOf(site: number): { readonly file: string; readonly line: number } | null {
    const place = site === 0 ? undefined : this.program.sites[site]
    return place === undefined ? null : { file: this.program.files[place.file] ?? '', line: place.line }
  }

  private catchUp(): void {
    this.sync()
    const { fold, chunks } = this
    for (const chunk of chunks) fold.feed(chunk)
    // Only the open one can still grow.
    chunks.splice(0, chunks.length - 1)
  }
}
