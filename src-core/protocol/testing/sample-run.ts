/**
 * A finished run for tests, written by hand: Wilcox's example. A kmalloc object on a slab page, a reference on the
 * page, the object freed and written through a pointer that was derived from the page.
 */
import type { CompiledProgram, Site } from '../../compiler/contract.ts'
import type { Finding } from '../../ownership/finding.ts'
import { Ledger } from '../../ownership/ledger.ts'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Field, FrameKind, packUse } from '../../trace/fields.ts'
import { Flag, Op } from '../../trace/ops.ts'
import type { RunRecord } from '../../trace/record.ts'
import type { TraceStore } from '../../trace/store.ts'
import type { TraceWriter } from '../../trace/writer.ts'
import { recording, SMALL_MACHINE } from '../../trace/testing/random-trace.ts'
import type { FinishedRun } from '../core-interface.ts'

/** Frame of the slab page of the sample. */
export const SLAB_PFN = 0x104
/** Physical address of the object `a`. */
export const OBJECT = SLAB_PFN * 4096 + 256
/** Frame that `alloc_page` gives out in the sample. */
export const PAGE_PFN = 0x200

function site(line: number, text: string, assigned: string | null = null, receiver: string | null = null): Site {
  const callee = text.slice(0, text.indexOf('(')).split('.').at(-1) ?? ''
  return {
    file: 0,
    line,
    column: 1,
    endLine: line,
    endColumn: 1 + text.length,
    text,
    callee,
    assigned,
    receiver,
    args: text.slice(text.indexOf('(') + 1, -1).split(', '),
    within: null,
  }
}

const SITES: readonly Site[] = [
  site(0, ''),
  site(6, 'kmalloc(256, GFP_KERNEL)', 'a'),
  site(7, 'virt_to_page(a)', 'page'),
  site(8, 'get_page(page)'),
  site(9, 'page_address(page)', 'b'),
  site(11, 'kfree(a)'),
  site(12, 'b.write_u8(0, 1)', null, 'b'),
  site(14, 'alloc_page(GFP_KERNEL)', 'p'),
  site(15, 'put_page(p)'),
]

const PROGRAM: CompiledProgram = {
  modules: [],
  files: ['driver.ts'],
  sites: SITES,
  interleaved: false,
  errors: [],
  pragmas: { eras: null, machine: {}, expect: null, schedule: null, explore: null },
}

function writeSample(writer: TraceWriter): void {
  writer.begin(1)
  const slab = writer.allocation(AllocationKind.SLAB, SLAB_PFN, 4096)
  writer.delta(Field.USE, SLAB_PFN, packUse(FrameKind.BUDDY, 0), packUse(FrameKind.SLAB, slab))
  writer.delta(Field.REFCOUNT, SLAB_PFN, 0, 1)
  writer.delta(Field.SLAB, SLAB_PFN, 0, 1)
  const a = writer.allocation(AllocationKind.KMALLOC, OBJECT, 256)
  writer.delta(Field.OBJECT, OBJECT / 8, 0, a)
  writer.end(Op.kmalloc, a, OBJECT, 256, 0, 0)
  writer.begin(2)
  writer.end(Op.virt_to_page, a, SLAB_PFN, 0, 0, 0)
  writer.begin(3)
  writer.delta(Field.REFCOUNT, SLAB_PFN, 1, 2)
  writer.end(Op.get_page, slab, SLAB_PFN, SLAB_PFN, 0, 0)
  writer.begin(4)
  writer.end(Op.page_address, a, SLAB_PFN, 0, 0, 0)
  writer.begin(5)
  writer.delta(Field.OBJECT, OBJECT / 8, a, 0)
  writer.end(Op.kfree, a, OBJECT, 0, 0, Flag.LAST)
  writer.begin(6)
  writer.byte(OBJECT, 0, 1)
  writer.end(Op.write, a, OBJECT, 1, 0, 0)
  writer.begin(7)
  const p = writer.allocation(AllocationKind.PAGES, PAGE_PFN, 4096)
  writer.delta(Field.USE, PAGE_PFN, packUse(FrameKind.BUDDY, 0), packUse(FrameKind.PAGE, p))
  writer.delta(Field.REFCOUNT, PAGE_PFN, 0, 1)
  writer.end(Op.alloc_page, p, PAGE_PFN, 0, 0, 0)
  writer.task = 1
  writer.begin(8)
  writer.delta(Field.REFCOUNT, PAGE_PFN, 1, 0)
  writer.delta(Field.USE, PAGE_PFN, packUse(FrameKind.PAGE, p), packUse(FrameKind.PCP, 0))
  writer.end(Op.put_page, p, PAGE_PFN, PAGE_PFN, 0, Flag.LAST)
}

/** The finding that the rules make of the sample. */
export const SAMPLE_FINDING: Finding = {
  code: 'slab-use-after-free',
  severity: 'error',
  certainty: 'definite',
  message: '`b` is written after it was freed',
  step: 6,
  allocation: 2,
  story: [],
  rightsLeft: [],
  pointers: [4],
  consequences: [],
  fix: '',
  kernel: '',
  candidates: [],
  repeats: 0,
  again: [],
}

/** A run around any trace, with the sample's program and one cache of 256-byte objects. */
export function runOf(store: TraceStore, findings: readonly Finding[] = [], era = 'v6.12'): FinishedRun {
  const record: RunRecord = {
    era,
    machine: SMALL_MACHINE,
    chunks: store.chunks,
    strings: [],
    log: [{ step: 1, level: 'info', text: 'loaded' }],
    tasks: [
      { id: 0, name: 'insmod', pid: 100, context: 'process' },
      { id: 1, name: 'rmmod', pid: 101, context: 'process' },
    ],
    caches: [{ id: 0, name: 'kmalloc-256', objectSize: 256, stride: 256, firstObject: 0, order: 0, objects: 16 }],
    outcome: 'completed',
    budget: null,
  }
  const ledger = new Ledger(SMALL_MACHINE)
  for (const chunk of store.chunks) ledger.feed(chunk, 0, chunk.opCount)
  return {
    record,
    store,
    program: PROGRAM,
    ledger,
    findings,
    report: {
      schema: 'pageward.report/1',
      program: 'driver.ts',
      era,
      basis: 'measured',
      schedule: '',
      outcome: 'completed',
      diagnoses: [],
      log: ['loaded'],
      stats: { operations: store.steps, deltas: store.deltas, compile_ms: 0, run_ms: 0 },
    },
    compileMs: 1,
    runMs: 2,
    judgeMs: 3,
  }
}

/** The sample as the core would hand it over. */
export function sampleRun(era = 'v6.12'): FinishedRun {
  const { writer, store } = recording()
  writeSample(writer)
  return runOf(store(), [SAMPLE_FINDING], era)
}
