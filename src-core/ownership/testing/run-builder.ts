/**
 * Builds small runs by hand for tests of the ledger and the rules: each call records one operation as the surface
 * does. Sites are made from the text of the call; a line is the number of the operation.
 */
import type { Site } from '../../compiler/contract.ts'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import type { TraceChunk } from '../../trace/chunk.ts'
import { Field, FrameKind, packUse } from '../../trace/fields.ts'
import { Flag, NO_SUBJECT, Op, type OpName } from '../../trace/ops.ts'
import type { MachineInfo, RunRecord, TaskInfo } from '../../trace/record.ts'
import { TraceWriter } from '../../trace/writer.ts'

export const TEST_MACHINE: MachineInfo = {
  memory: 1 << 24,
  cpus: 1,
  arch: 'x86_64',
  debug: true,
  iommu: false,
  seed: 1,
  frames: 4096,
  pageShift: 12,
  pageOffset: 0xffff_8880_0000_0000n,
  vmallocStart: 0xffff_c900_0000_0000n,
  zones: [{ name: 'DMA', start: 0, end: 4096 }],
}

/** A piece of memory of a built run. */
export interface Built {
  readonly id: number
  readonly base: number
  readonly pages: number
}

export class RunBuilder {
  readonly chunks: TraceChunk[] = []
  readonly sites: Site[] = []
  private readonly taskNames: string[] = ['insmod']
  private readonly writer: TraceWriter
  private nextFrame = 16

  constructor() {
    this.site('', null)
    const put = (chunk: TraceChunk): void => {
      this.chunks[chunk.index] = chunk
    }
    this.writer = new TraceWriter({ opened: put, closed: put })
  }

  /** The operations that follow belong to this task. */
  task(name: string): this {
    if (!this.taskNames.includes(name)) this.taskNames.push(name)
    this.writer.task = this.taskNames.indexOf(name)
    return this
  }

  /** `alloc_pages`; `lay` is the frame to use again. */
  pages(text: string, order = 0, lay?: Built, compound = false): Built {
    const base = lay?.base ?? this.nextFrame
    if (lay === undefined) this.nextFrame += 2 ** order
    this.begin(text)
    const id = this.writer.allocation(compound ? AllocationKind.COMPOUND : AllocationKind.PAGES, base, 4096 << order)
    const made = { id, base, pages: 2 ** order }
    this.use(made, packUse(FrameKind.PCP, 0), packUse(FrameKind.PAGE, id))
    this.writer.end(Op.alloc_pages, id, base, order, 0, 0)
    return made
  }

  /** `kmalloc`: an object on a slab page of its own. */
  object(text: string, bytes: number, lay?: Built): Built {
    const pfn = lay === undefined ? this.nextFrame++ : lay.base >>> 12
    this.begin(text)
    if (lay === undefined) {
      const slab = this.writer.allocation(AllocationKind.SLAB, pfn, 4096)
      this.use({ id: slab, base: pfn, pages: 1 }, packUse(FrameKind.PCP, 0), packUse(FrameKind.SLAB, slab))
    }
    const id = this.writer.allocation(AllocationKind.KMALLOC, pfn << 12, bytes)
    this.writer.delta(Field.OBJECT, pfn << 9, 0, id)
    this.writer.end(Op.kmalloc, id, pfn << 12, bytes, 0, 0)
    return { id, base: pfn << 12, pages: 1 }
  }

  kfree(text: string, object: Built, flags: number = Flag.LAST): this {
    this.begin(text)
    if ((flags & Flag.LAST) !== 0) this.writer.delta(Field.OBJECT, object.base / 8, object.id, 0)
    this.writer.end(Op.kfree, object.id, object.base, 0, 0, flags)
    return this
  }

  /** `__free_pages`. `occupant` is what the frame held at that moment. */
  free(text: string, block: Built, last = true, occupant = block.id): this {
    this.begin(text)
    if (last) this.use(block, packUse(FrameKind.PAGE, occupant), packUse(FrameKind.PCP, 0))
    this.writer.end(Op.__free_pages, occupant, block.base, Math.log2(block.pages), 0, last ? Flag.LAST : 0)
    return this
  }

  get(text: string, block: Built, occupant = block.id, pfn = block.base): this {
    this.begin(text)
    this.writer.end(Op.get_page, occupant, pfn, pfn, 0, 0)
    return this
  }

  put(text: string, block: Built, last = false, occupant = block.id): this {
    this.begin(text)
    if (last) this.use(block, packUse(FrameKind.PAGE, occupant), packUse(FrameKind.PCP, 0))
    this.writer.end(Op.put_page, occupant, block.base, block.base, 0, last ? Flag.LAST : 0)
    return this
  }

  map(text: string, block: Built, right: number): this {
    this.begin(text)
    this.writer.end(Op.kmap_local_page, block.id, block.base, right, 0, 0)
    return this
  }

  unmap(text: string, ended: number, expected: number): this {
    this.begin(text)
    this.writer.end(Op.kunmap_local, 0, NO_SUBJECT, ended, expected, 0)
    return this
  }

  write(text: string, memory: Built, physical: number, offset = 0, bytes = 1): this {
    this.begin(text)
    this.writer.end(Op.write, memory.id, physical + offset, bytes, offset, 0)
    return this
  }

  /** Any other operation. */
  op(name: OpName, text: string, allocation: number, subject: number, a = 0, b = 0, flags = 0): this {
    this.begin(text)
    this.writer.end(Op[name], allocation, subject, a, b, flags)
    return this
  }

  /** The run so far, as a host hands it over. */
  record(era = 'v6.12', machine: Partial<MachineInfo> = {}): RunRecord {
    this.writer.finish()
    const tasks: TaskInfo[] = this.taskNames.map((name, id) => ({ id, name, pid: 100 + id, context: 'process' }))
    return {
      era,
      machine: { ...TEST_MACHINE, ...machine },
      chunks: this.chunks,
      tasks,
      caches: [],
      log: [],
      strings: [],
      outcome: 'completed',
      budget: null,
    }
  }

  get program(): { readonly sites: readonly Site[]; readonly files: readonly string[] } {
    return { sites: this.sites, files: ['driver.ts'] }
  }

  private begin(text: string): void {
    const [target, call] = text.includes(' = ') ? text.split(' = ') : [null, text]
    this.writer.begin(this.site(call ?? '', target ?? null))
  }

  private use(block: Built, old: number, next: number): void {
    for (let i = 0; i < block.pages; i++) this.writer.delta(Field.USE, block.base + i, old, next)
  }

  private site(text: string, assigned: string | null): number {
    const args = /\((.*)\)/.exec(text)?.[1]?.split(', ') ?? []
    const receiver = /^(\w+)\./.exec(text)?.[1] ?? null
    const callee = text.replace(/\(.*/, '')
    const line = this.sites.length
    this.sites.push({
      file: 0,
      line,
      column: 1,
      endLine: line,
      endColumn: text.length + 1,
      text,
      callee,
      assigned,
      receiver,
      args,
      within: null,
    })
    return line
  }
}
