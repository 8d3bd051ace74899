/**
 * The state of a machine as lines of text, under names that do not depend on the schedule: two executions that differ
 * only in the order of independent steps have the same lines. Frames are names: a page is told by the allocation that
 * occupies it, an address in memory by what it points at.
 */
import { wordSize } from '../trace/abi.ts'
import { FrameKind, Field, useAllocation, useKind } from '../trace/fields.ts'
import { Op } from '../trace/ops.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import type { Session } from '../runtime/session.ts'
import type { ExecutionRecord } from './execution-record.ts'
import type { Names } from './names.ts'

/** An aligned word at or above this is taken for a kernel address: words of 8 bytes, of 4. */
const KERNEL_ADDRESS = 0xffff_8000_0000_0000n
const KERNEL_ADDRESS_32 = 0xc000_0000

export class StateLines {
  constructor(
    private readonly names: Names,
    private readonly record: ExecutionRecord,
  ) {}

  /** The lines at this moment, sorted. */
  read(inside: Session['inside']): string[] {
    const chunks = [...new Set([...this.record.chunks, inside.trace.openChunk])]
    const lines = [...this.tasks(inside), ...this.locks(inside), ...this.cells(chunks), ...this.memory(inside, chunks)]
    return [...lines, ...this.spaces(inside)].sort()
  }

  private *tasks({ tasks }: Session['inside']): Iterable<string> {
    for (const { id } of tasks.list) {
      if (!this.names.isNamed(id)) yield `a task to be: state ${tasks.state(id)}`
      else yield `task ${this.process(id)}: state ${tasks.state(id)}, context ${tasks.context(id)}`
    }
  }

  private process(task: number): number {
    return task < 0 ? -1 : this.names.process(task)
  }

  private *locks({ surface: { locks } }: Session['inside']): Iterable<string> {
    for (const lock of locks.list) {
      const readers = lock.readers.map((task) => this.process(task)).sort((x, y) => x - y)
      const waiters = lock.waiters.map((task) => this.process(task)).sort((x, y) => x - y)
      const held = `held by ${this.process(lock.owner)}, read by ${readers.join()}, done ${lock.done}`
      yield `lock ${this.names.lock(lock)}: ${held}, waited for by ${waiters.join()}`
    }
  }

  /** The last value written to each cell, as far as a row says it. */
  private cells(chunks: readonly TraceChunk[]): readonly string[] {
    const values = new Map<number, string>()
    for (const { ops, opCount } of chunks) {
      for (let i = 0; i < opCount; i++) {
        if (ops.kind[i] !== Op.cell_write && ops.kind[i] !== Op.cell_update) continue
        const allocation = ops.allocation[i]!
        const value = allocation === 0 ? String(ops.a[i]) : `memory ${this.names.memory(allocation, 0)}`
        values.set(ops.subject[i]!, value)
      }
    }
    return [...values].map(([id, value]) => `cell ${this.names.cell(id)}: ${value}`)
  }

  /** Frames and bytes that the execution changed. */
  private *memory({ kernel, surface }: Session['inside'], chunks: readonly TraceChunk[]): Iterable<string> {
    const pfns = new Set<number>()
    const words = new Set<number>()
    for (const { deltas, deltaCount } of chunks) {
      for (let d = 0; d < deltaCount; d++) {
        const field = deltas.field[d]!
        const index = deltas.index[d]!
        if (FRAME_FIELDS.has(field)) pfns.add(index)
        if (field !== Field.BYTES && field !== Field.FILL) continue
        const end = index + Math.min(deltas.new[d]!, 4096)
        for (let at = index - (index % 8); at < end; at += 8) words.add(at)
      }
    }
    const first = new Map<number, number>()
    const { frames } = kernel
    for (const pfn of pfns) {
      const allocation = useAllocation(frames.use[pfn]!)
      if (allocation !== 0) first.set(allocation, Math.min(first.get(allocation) ?? pfn, pfn))
    }
    for (const pfn of pfns) {
      const use = frames.use[pfn]!
      const allocation = useAllocation(use)
      const kind = useKind(use)
      if (allocation === 0 || kind === FrameKind.SLAB) continue
      const place = `${this.names.memory(allocation, 0)}+${pfn - first.get(allocation)!}`
      const counts = `count ${frames.refcount[pfn]}, mapped ${frames.mapcount[pfn]}, pins ${frames.pincount[pfn]}`
      yield `page ${place}: kind ${kind}, ${counts}, flags ${frames.flags[pfn]}, rights ${frames.rights[pfn]}`
    }
    for (const at of words) {
      const allocation = surface.memoryAt(at)
      const pfn = Math.floor(at / surface.pageSize)
      if (allocation === 0) continue
      const object = kernel.slab.isSlab(pfn) ? kernel.slab.objectAt(at) : -1
      const start = object >= 0 ? object : first.get(allocation)! * surface.pageSize
      const bytes = this.word(kernel.memory.bytes(at, 8), wordSize(kernel.info))
      yield `bytes ${this.names.memory(allocation, 0)}+${at - start}: ${bytes}`
    }
  }

  /** Eight bytes; what looks like a kernel address is one word: where it points is not the same in each execution. */
  private word(bytes: Uint8Array, size: 4 | 8): string {
    const view = new DataView(bytes.buffer, bytes.byteOffset, 8)
    if (size === 4) {
      const half = (value: number): string => (value >= KERNEL_ADDRESS_32 ? 'an address' : value.toString(16))
      return `${half(view.getUint32(4, true))} ${half(view.getUint32(0, true))}`
    }
    const value = view.getBigUint64(0, true)
    return value >= KERNEL_ADDRESS ? 'an address' : value.toString(16)
  }

  /** User address spaces: areas, entries, TLBs, counts. */
  private *spaces({ surface, kernel }: Session['inside']): Iterable<string> {
    const { map } = surface.users
    for (const mm of map.spaces) {
      const name = this.names.object(mm)
      yield `mm ${name}: users ${mm.users}, count ${mm.count}`
      for (const vma of [...mm.vmas, ...mm.detached]) {
        const { start, end, flags, pgoff } = vma
        yield `area ${name} ${start}-${end}: flags ${flags}, page ${pgoff}${mm.detached.has(vma) ? ', detached' : ''}`
      }
      const cpus = Array.from({ length: kernel.info.cpus }, (_, cpu) => cpu)
      for (const address of mm.rights.keys()) {
        const pte = mm.table.get(address)
        if (pte === null) continue
        const bits = JSON.stringify({ ...pte, pfn: 0 })
        yield `entry ${name} ${address}: ${this.page(kernel, pte.pfn)} ${bits}`
      }
      for (const cpu of cpus) {
        for (const [address, entry] of map.tlb.entries(cpu, mm)) {
          yield `tlb ${cpu} ${name} ${address}: ${this.page(kernel, entry.pfn)} ${entry.write}`
        }
      }
    }
  }

  private page({ frames }: Session['inside']['kernel'], pfn: number): string {
    const allocation = frames.valid(pfn) ? useAllocation(frames.use[pfn]!) : 0
    return allocation === 0 ? 'no allocation' : `page of ${this.names.memory(allocation, 0)}`
  }
}

const FRAME_FIELDS: ReadonlySet<number> = new Set([
  Field.REFCOUNT,
  Field.MAPCOUNT,
  Field.USE,
  Field.FLAGS,
  Field.PINCOUNT,
  Field.RIGHTS,
])
