/** A run made up for the gallery: the slab example, with a mapped page, a folio and a vmalloc area beside it. */
import type { RunSummary, TimelineBar } from '../../src-core/protocol/messages.ts'
import type { Diagnosis } from '../../src-core/report/report.ts'

/** Frames of a memory, for the sample core. */
export interface SampleMemory {
  readonly bar: TimelineBar
  readonly pfn: number
  readonly frames: number
  /** `FrameKind`. */
  readonly kind: number
}
export interface SampleStep {
  readonly op: string
  readonly text: string
  readonly effect: string
  readonly allocation: number
}
export interface Sample {
  readonly summary: RunSummary
  readonly memories: readonly SampleMemory[]
  readonly steps: readonly SampleStep[]
}

const FILE = 'slab-uaf.ts'

function bar(
  part: Partial<TimelineBar> & Pick<TimelineBar, 'allocation' | 'label' | 'kind' | 'from' | 'to'>,
): TimelineBar {
  return {
    owner: 0,
    freed: true,
    ticks: [],
    moves: [],
    rights: [],
    bytes: 256,
    address: '0xffff888001a3c' + (part.allocation * 256).toString(16).padStart(3, '0'),
    ...part,
  }
}

const STEPS: readonly (readonly [op: string, text: string, effect: string, allocation: number])[] = [
  ['kmalloc', 'kmalloc(256)', 'object 1 of kmalloc-256', 1],
  ['virt_to_page', 'virt_to_page(a)', '', 1],
  ['get_page', 'get_page(page)', 'refcount 1 → 2', 1],
  ['page_address', 'page_address(page)', '', 1],
  ['alloc_pages', 'alloc_pages(GFP_KERNEL, 2)', '4 frames from the buddy allocator', 2],
  ['kmap_local_page', 'kmap_local_page(big)', 'mapping made', 2],
  ['vmalloc', 'vmalloc(3 * PAGE_SIZE)', '3 frames mapped', 3],
  ['kthread_run', "kthread_run(worker, null, 'worker')", 'task 1 started', 0],
  ['kmalloc', 'kmalloc(64)', 'object 3 of kmalloc-64', 4],
  ['write', 'area.write_u32(0, 7)', '4 bytes written', 3],
  ['__free_pages', '__free_pages(big, 2)', '4 frames freed with a mapping left', 2],
  ['kfree', 'kfree(a)', 'object freed', 1],
  ['put_page', 'put_page(page)', 'refcount 2 → 1', 1],
  ['write', 'b.write_u8(0, 1)', '1 byte written', 1],
]

function diagnosis(
  part: Pick<Diagnosis, 'code' | 'message' | 'step'> & {
    readonly allocation: number
    readonly left?: Diagnosis['rights_left']
  },
): Diagnosis {
  return {
    code: part.code,
    severity: 'error',
    certainty: 'definite',
    message: part.message,
    step: part.step,
    task: 'insmod',
    at: { file: FILE, line: part.step, column: 1 },
    memory: { kind: 'slab-object', name: 'a', address: '0xffff888001a3c100', bytes: 256, allocation: part.allocation },
    story: [],
    rights_left: part.left ?? [],
    pointers: [],
    consequences: [],
    eras: {},
    fix: '',
    kernel: '',
  }
}

export function sampleRun(): Sample {
  const end = STEPS.length
  const memories: SampleMemory[] = [
    {
      pfn: 0x1a3c,
      frames: 1,
      kind: 5,
      bar: bar({
        allocation: 1,
        label: 'a',
        kind: 'slab-object',
        from: 1,
        to: 12,
        ticks: [
          { step: 1, kind: 'allocate', count: 1 },
          { step: 2, kind: 'derive', count: 1 },
          { step: 3, kind: 'reference', count: 1 },
          { step: 4, kind: 'derive', count: 1 },
          { step: 12, kind: 'free', count: 1 },
          { step: 14, kind: 'violation', count: 1 },
        ],
        moves: [],
        rights: [{ kind: 'page-reference', from: 3, to: 13, holder: 0 }],
      }),
    },
    {
      pfn: 0x1a50,
      frames: 4,
      kind: 3,
      bar: bar({
        allocation: 2,
        label: 'big',
        kind: 'page-block',
        from: 5,
        to: 11,
        bytes: 16384,
        ticks: [
          { step: 6, kind: 'map', count: 1 },
          { step: 11, kind: 'free', count: 1 },
          { step: 11, kind: 'invalidated', count: 1 },
        ],
        moves: [],
        rights: [{ kind: 'kmap', from: 6, to: end + 1, holder: 0 }],
      }),
    },
    {
      pfn: 0x1a61,
      frames: 3,
      kind: 7,
      bar: bar({
        allocation: 3,
        label: 'area',
        kind: 'vmalloc-area',
        from: 7,
        to: end + 1,
        freed: false,
        bytes: 12288,
        ticks: [{ step: 10, kind: 'write', count: 1 }],
      }),
    },
    {
      pfn: 0x1a3e,
      frames: 1,
      kind: 5,
      bar: bar({
        allocation: 4,
        label: 'note',
        kind: 'slab-object',
        owner: 1,
        from: 9,
        to: end + 1,
        freed: false,
        bytes: 64,
      }),
    },
  ]
  return {
    memories,
    steps: STEPS.map(([op, text, effect, allocation]) => ({ op, text, effect, allocation })),
    summary: summaryOf(
      end,
      memories.length,
      [
        diagnosis({
          code: 'slab-use-after-free',
          message: 'b is written after its object was freed',
          step: 14,
          allocation: 1,
        }),
        diagnosis({
          code: 'freed-while-reachable',
          message: 'big is freed while it is mapped',
          step: 11,
          allocation: 2,
          left: [{ kind: 'kmap', on: 'bytes', holder: 'insmod', at: null }],
        }),
      ],
      64,
    ),
  }
}

/** `mebibytes` of memory in the zones an x86 machine of that size has. */
export function summaryOf(
  steps: number,
  allocations: number,
  diagnoses: readonly Diagnosis[],
  mebibytes: number,
): RunSummary {
  const frames = mebibytes * 256
  return {
    run: 1,
    steps,
    allocations,
    compileMs: 4,
    runMs: 1,
    judgeMs: 1,
    log: [],
    tasks: [
      { id: 0, name: 'insmod', pid: 1000, context: 'process' },
      { id: 1, name: 'worker', pid: 1001, context: 'process' },
    ],
    machine: {
      memory: frames * 4096,
      cpus: 1,
      arch: 'x86_64',
      debug: true,
      iommu: false,
      seed: 1,
      frames,
      pageShift: 12,
      pageOffset: 0xffff_8880_0000_0000n,
      vmallocStart: 0xffff_c900_0000_0000n,
      zones: [
        { name: 'DMA', start: 0, end: 4096 },
        { name: 'DMA32', start: 4096, end: frames },
      ],
    },
    report: {
      schema: 'pageward.report/1',
      program: FILE,
      era: 'v6.12',
      basis: 'measured',
      schedule: 'd',
      outcome: 'completed',
      diagnoses,
      log: [],
      stats: { operations: steps, deltas: steps * 3, compile_ms: 4, run_ms: 1 },
    },
  }
}
