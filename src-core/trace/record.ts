/** A whole run as the views and the rules see it: the trace's chunks and the small tables beside them. */
import type { TraceChunk } from './chunk.ts'
import type { SlotPart } from './slot-parts.ts'

/** A task of the run. Task 0 is `insmod`; ids count up in order of creation. */
export interface TaskInfo {
  readonly id: number
  readonly name: string
  /** Process id shown in kernel messages. */
  readonly pid: number
  readonly context: 'process' | 'softirq' | 'irq' | 'user'
}

/** A slab cache of the run, as the kernel computed its geometry. */
export interface CacheInfo {
  readonly id: number
  readonly name: string
  /** Bytes an object may use (`object_size`). */
  readonly objectSize: number
  /** Distance between objects in bytes (`size`). */
  readonly stride: number
  /** Offset of the first object from the start of the slab (left red zone), in bytes. */
  readonly firstObject: number
  /** Order of a slab in pages. */
  readonly order: number
  /** Objects in a slab. */
  readonly objects: number
  /** What lies between two objects, and where; left out in traces of earlier versions. */
  readonly parts?: readonly SlotPart[]
}

/** A line of the kernel log. */
export interface LogLine {
  /** Step that printed it. */
  readonly step: number
  readonly level: 'info' | 'warn' | 'err'
  readonly text: string
}

/** What the machine of a run was like. Sizes in bytes. */
export interface MachineInfo {
  readonly memory: number
  readonly cpus: number
  readonly arch: 'x86_64' | 'arm64-16k' | 'i386-highmem'
  readonly debug: boolean
  readonly iommu: boolean
  readonly seed: number
  /** Free pages are poisoned: frames of the zones read as 0xaa at boot. Left out when they are not. */
  readonly pagePoison?: boolean
  readonly frames: number
  /** log2 of the page size. */
  readonly pageShift: number
  /** Kernel virtual address of physical address 0. */
  readonly pageOffset: bigint
  /** First address of vmalloc space. */
  readonly vmallocStart: bigint
  /** Zones, low to high; `start` and `end` (exclusive) are pfns. */
  readonly zones: readonly { readonly name: string; readonly start: number; readonly end: number }[]
}

/** The name of the zone above the linear map. */
export const HIGHMEM_ZONE = 'HighMem'

export type Outcome = 'completed' | 'oops' | 'deadlock' | 'budget' | 'compile-error'

/** Why a run stopped before the program's end. */
export interface BudgetEnd {
  readonly limit: 'steps' | 'turns' | 'depth' | 'memory' | 'seconds' | 'interrupted'
  /** Where the program was, if that is known: the loop that does not end, the call that recurses. */
  readonly at: { readonly file: string; readonly line: number } | null
  /** False if a clock or the host's memory decided: another run may end elsewhere. */
  readonly reproducible: boolean
}

/** Everything a run left behind. */
export interface RunRecord {
  readonly era: string
  readonly machine: MachineInfo
  readonly chunks: readonly TraceChunk[]
  readonly tasks: readonly TaskInfo[]
  readonly caches: readonly CacheInfo[]
  readonly log: readonly LogLine[]
  /** Texts that operations refer to by number (names of functions that are not simulated, exception messages). */
  readonly strings: readonly string[]
  readonly outcome: Outcome
  readonly budget: BudgetEnd | null
}

/** First frame above the linear map; `frames` when there is none. */
export function firstHighFrame(info: Pick<MachineInfo, 'zones' | 'frames'>): number {
  return info.zones.find((zone) => zone.name === HIGHMEM_ZONE)?.start ?? info.frames
}
