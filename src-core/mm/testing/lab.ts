/** A small machine for tests: a kernel whose every call is one recorded step, and drawings of its state. */
import { ERAS, findEra } from '../../eras/index.ts'
import { DEFAULT_MACHINE, type MachineConfig } from '../../machine/config.ts'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import type { TraceChunk } from '../../trace/chunk.ts'
import { FRAME_KIND_NAMES, FrameKind } from '../../trace/fields.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { TraceWriter } from '../../trace/writer.ts'
import { GFP_KERNEL, __GFP_COMP } from '../gfp.ts'
import { bootKernel, type Kernel } from '../kernel.ts'

export interface Lab extends Kernel {
  readonly chunks: TraceChunk[]
  /** Runs a call as one step of the trace. */
  step<T>(call: () => T): T
  /** alloc_pages(), __free_pages(), get_page(), put_page() as steps. */
  alloc(order?: number, gfp?: number): number
  compound(order: number): number
  free(pfn: number, order?: number): number
  get(pfn: number): number
  put(pfn: number): number
  /** Counts of so many pages in a row: `1,0,0,0`. */
  counts(pfn: number, pages: number): string
  /** Kinds of so many pages in a row. */
  kinds(pfn: number, pages: number): string
}

/** Boots a machine for a test: debug off unless `config` says otherwise. */
export function lab(config: Partial<MachineConfig> = {}, era = 'v6.12'): Lab {
  const chunks: TraceChunk[] = []
  const trace = new TraceWriter({
    opened(chunk) {
      chunks[chunk.index] = chunk
    },
    closed() {},
  })
  const found = findEra(era) ?? ERAS[0]
  const kernel = bootKernel({ ...DEFAULT_MACHINE, debug: false, ...config }, found, trace)
  const step = <T>(call: () => T): T => {
    trace.begin(1)
    const result = call()
    trace.end(Op.other, 0, NO_SUBJECT, 0, 0, 0)
    return result
  }
  return {
    ...kernel,
    chunks,
    step,
    alloc: (order = 0, gfp = GFP_KERNEL) =>
      step(() =>
        kernel.pages.alloc(
          order,
          gfp,
          FrameKind.PAGE,
          (gfp & __GFP_COMP) === 0 ? AllocationKind.PAGES : AllocationKind.COMPOUND,
        ),
      ),
    compound: (order) =>
      step(() => kernel.pages.alloc(order, GFP_KERNEL | __GFP_COMP, FrameKind.PAGE, AllocationKind.COMPOUND)),
    free: (pfn, order = 0) => step(() => kernel.pages.freePages(pfn, order)),
    get: (pfn) => step(() => kernel.refs.get(pfn)),
    put: (pfn) => step(() => kernel.refs.put(pfn)),
    counts: (pfn, pages) => Array.from({ length: pages }, (_, i) => kernel.refs.refCount(pfn + i)).join(),
    kinds: (pfn, pages) =>
      Array.from({ length: pages }, (_, i) => FRAME_KIND_NAMES[kernel.frames.kindOf(pfn + i)]).join(),
  }
}

/** Flags as words: `LAST WARNED`; empty = nothing to say. A bit with several names has the first. */
export function flagText(flags: number): string {
  const named = Object.entries(Flag)
  return named
    .filter(([, bit], at) => (flags & bit) !== 0 && named.findIndex(([, other]) => other === bit) === at)
    .map(([name]) => name)
    .join(' ')
}
