/** A booted machine: the parts of the memory manager, connected. */
import { compileRefModes, type Era } from '../eras/era.ts'
import type { MachineConfig } from '../machine/config.ts'
import { Frames } from '../machine/frames.ts'
import { machineInfo } from '../machine/layout.ts'
import { Memory } from '../machine/memory.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { TraceWriter } from '../trace/writer.ts'
import { Highmem } from './highmem.ts'
import { KernelReports } from './kernel-report.ts'
import { LruBatches, LruLists } from './lru.ts'
import { Slab } from './kmalloc.ts'
import { PageAllocator } from './page-alloc.ts'
import { PageRef } from './page-ref.ts'
import { Vmalloc } from './vmalloc.ts'

export interface Kernel {
  readonly config: MachineConfig
  readonly info: MachineInfo
  readonly era: Era
  readonly trace: TraceWriter
  readonly frames: Frames
  readonly memory: Memory
  readonly pages: PageAllocator
  readonly refs: PageRef
  readonly lru: LruBatches
  readonly slab: Slab
  readonly vmalloc: Vmalloc
  readonly highmem: Highmem
  readonly reports: KernelReports
  /** Says which cpu the running task is on. */
  setCpu(cpu: number): void
}

/** Boots a machine. Records nothing: the state at boot follows from the machine (trace/boot-state.ts). */
export function bootKernel(config: MachineConfig, era: Era, trace: TraceWriter): Kernel {
  const info = machineInfo(config)
  const modes = compileRefModes(era)
  const reports = new KernelReports(trace)
  const frames = new Frames(info, trace)
  const memory = new Memory(info, trace)
  const pages = new PageAllocator(info, modes, frames, memory, trace, reports)
  const lists = new LruLists(frames)
  const refs = new PageRef(modes, frames, pages, trace, reports, info.debug, lists)
  const slab = new Slab(info, modes, frames, memory, pages, trace, reports)
  slab.bootKmalloc(refs)
  const vmalloc = new Vmalloc(info, frames, pages, slab, trace, reports)
  const highmem = new Highmem(info, frames, reports)
  return {
    config,
    info,
    era,
    trace,
    frames,
    memory,
    pages,
    refs,
    lru: new LruBatches(frames, refs, lists, trace),
    slab,
    vmalloc,
    highmem,
    reports,
    setCpu(cpu) {
      pages.pcp.cpu = cpu
      slab.cpu = cpu
      reports.cpu = cpu
    },
  }
}
