/** Answers the questions of the views from a made-up run. Only the gallery uses it; the app never does. */
import { inkOfCell } from '../../src-core/protocol/map-ink.ts'
import {
  CellMark,
  type CallName,
  type Calls,
  type Inspection,
  type MapCells,
  type MapInks,
  type Target,
} from '../../src-core/protocol/messages.ts'
import type { CoreLink } from '../core/connect.ts'
import type { Sample, SampleMemory } from './sample-run.ts'

const RESERVED = 300
type Answers = { readonly [K in CallName]?: (ask: Calls[K]['ask']) => Calls[K]['answer'] }

export function sampleLink(sample: Sample): CoreLink {
  const answers: Answers = {
    hello: () => ({ version: 1, eras: [] }),
    map: (ask) => mapCells(sample, ask),
    inks: (ask) => mapInks(sample, ask),
    timeline: (ask) => {
      const inRange = sample.memories.map((each) => each.bar).filter((bar) => bar.to >= ask.from && bar.from <= ask.to)
      const bars = inRange.slice(0, ask.maxBars)
      const tasks = sample.summary.tasks.map((task) => ({
        task: task.id,
        tasks: [task.id],
        name: task.name,
        context: task.context,
        runs: task.id === 0 ? [[1, sample.summary.steps] as const] : [[9, 10] as const],
      }))
      return { lanes: tasks, tracks: [], bars, hidden: inRange.length - bars.length }
    },
    steps: (ask) => ({
      rows: sample.steps
        .map((step, i) => ({
          step: i + 1,
          op: step.op,
          task: i === 8 || i === 9 ? 1 : 0,
          file: 'slab-uaf.ts',
          line: i + 5,
          column: 1,
          endLine: i + 5,
          endColumn: 20,
          text: step.text,
          within: null,
          allocation: step.allocation,
          pfn: -1,
          effect: step.effect,
        }))
        .filter((row) => row.step >= ask.from && row.step < ask.from + ask.count),
    }),
    locate: (ask) => {
      const found = find(sample, ask.target)
      return { pfn: found?.pfn ?? -1, frames: found?.frames ?? 0, allocation: found?.bar.allocation ?? 0 }
    },
    programMemory: () => ({
      runs: sample.memories
        .filter(({ pfn }) => pfn >= 0)
        .map(({ pfn, frames, bar }) => ({ pfn, frames, allocation: bar.allocation })),
    }),
    inspect: (ask) => inspection(sample, ask.step, ask.target),
    bytes: (ask) => {
      const bytes = new Uint8Array(ask.length)
      bytes.set(new TextEncoder().encode('insmod: hello'), 32)
      if (ask.step >= 12) bytes.fill(0x6b, 0, 128)
      if (ask.step >= 14) bytes[0] = 1
      return { bytes }
    },
    origins: ({ length }) => ({
      steps: new Uint32Array(length),
      painted: new Uint8Array(length),
      regions: new Uint8Array(length),
    }),
    neighbours: (ask) => ({ previous: Math.max(0, ask.step - 1), next: ask.step + 1 }),
  }
  return {
    call: (name, ask) => {
      const answer = answers[name]
      if (answer === undefined) return Promise.reject(new Error(`The gallery has no answer to ${name}.`))
      return new Promise((resolve) => setTimeout(() => resolve(answer(ask)), 1))
    },
    onNotice: () => undefined,
    onRestart: () => undefined,
    killCore: () => undefined,
  }
}

function find(sample: Sample, target: Target): SampleMemory | undefined {
  if ('allocation' in target) return sample.memories.find((each) => each.bar.allocation === target.allocation)
  return sample.memories.find((each) => target.pfn >= each.pfn && target.pfn < each.pfn + each.frames)
}

function mapCells(sample: Sample, ask: Calls['map']['ask']): MapCells {
  const span = ask.to - ask.from
  const framesPerCell = Math.max(1, Math.ceil(span / ask.cells))
  const cells = Math.ceil(span / framesPerCell)
  const kind = new Uint8Array(cells).fill(1)
  const allocation = new Uint32Array(cells)
  const owner = new Uint8Array(cells)
  const refcount = new Int32Array(cells)
  const mapcount = new Int32Array(cells)
  const marks = new Uint8Array(cells)
  const fill = new Uint8Array(cells)
  for (let cell = 0; cell < cells && ask.from + cell * framesPerCell < RESERVED; cell++) kind[cell] = 0
  for (let cell = 0; cell < cells; cell += 256) marks[cell] = CellMark.HEAD
  for (const { bar, pfn, frames, kind: of } of sample.memories) {
    for (let frame = pfn; frame < pfn + frames; frame++) {
      const cell = Math.floor((frame - ask.from) / framesPerCell)
      if (cell < 0 || cell >= cells) continue
      const lives = bar.from <= ask.step && ask.step < bar.to
      const slab = of === 5
      if (lives || slab) {
        kind[cell] = of
        allocation[cell] = bar.allocation
        owner[cell] = bar.owner + 1
        refcount[cell] =
          1 + bar.rights.filter((each) => /ref/.test(each.kind) && each.from <= ask.step && each.to > ask.step).length
        fill[cell] = lives ? 96 : 48
      }
      const rights = bar.rights.filter((each) => each.from <= ask.step && each.to > ask.step)
      if (frames > 1) marks[cell] = frame === pfn ? CellMark.HEAD : CellMark.TAIL
      if (lives && rights.some((each) => /map/.test(each.kind))) marks[cell]! |= CellMark.MAPPED
      if (rights.some((each) => /ref/.test(each.kind))) marks[cell]! |= CellMark.REFERENCED
      if (bar.freed && ask.step >= bar.to && rights.some((each) => /map/.test(each.kind)))
        marks[cell]! |= CellMark.RIGHTS_LEFT
      if (bar.ticks.some((each) => each.kind === 'violation' && each.step <= ask.step))
        marks[cell]! |= CellMark.USED_INVALID
      if (sample.steps[ask.step - 1]?.allocation === bar.allocation) marks[cell]! |= CellMark.CHANGED
    }
  }
  return {
    from: ask.from,
    framesPerCell,
    kind,
    allocation,
    owner,
    refcount,
    mapcount,
    marks,
    fill,
    ...none(kind.length),
  }
}

/** The same as colours, whole each time. */
function mapInks(sample: Sample, { run, step, by, framesPerCell }: Calls['inks']['ask']): MapInks {
  const { frames } = sample.summary.machine
  const count = Math.ceil(frames / framesPerCell)
  const cells = mapCells(sample, { run, step, from: 0, to: frames, cells: count })
  const { kind, marks } = cells
  const which = (test: (cell: number) => boolean): Uint32Array => Uint32Array.from([...kind.keys()].filter(test))
  const isWrong = (cell: number): boolean => (marks[cell]! & (CellMark.RIGHTS_LEFT | CellMark.USED_INVALID)) !== 0
  const inks = kind.map((_each, cell) => inkOfCell(cells, cell, by))
  return {
    version: step + 1,
    count,
    whole: true,
    from: new Uint32Array(0),
    to: new Uint32Array(0),
    inks: new Uint8Array(0),
    cells: inks,
    changed: which((cell) => (marks[cell]! & CellMark.CHANGED) !== 0),
    broken: which(isWrong),
  }
}

/** Columns that the sample says nothing in. */
function none(count: number): Pick<MapCells, 'zone' | 'rights' | 'age'> {
  return { zone: new Uint8Array(count), rights: new Uint8Array(count), age: new Uint8Array(count) }
}

function inspection(sample: Sample, step: number, target: Target): Inspection {
  const found = find(sample, target)
  const pfn = found?.pfn ?? ('pfn' in target ? target.pfn : -1)
  const title = `frame 0x${pfn.toString(16)} · ${found === undefined ? 'free' : found.bar.kind}`
  const row = (
    kind: string,
    from: number,
    holder: string,
    on: 'page' | 'bytes' | 'none',
  ): Inspection['rights'][number] => ({
    kind,
    on,
    holder,
    step: from,
    file: 'slab-uaf.ts',
    line: from + 4,
    column: 1,
    text: sample.steps[from - 1]?.text ?? '',
  })
  const bar = found?.bar
  const events = sample.steps.flatMap((each, i) =>
    bar !== undefined && each.allocation === bar.allocation
      ? [
          {
            step: i + 1,
            sentence: `${each.text}${each.effect === '' ? '' : ': ' + each.effect}`,
            file: 'slab-uaf.ts',
            line: i + 5,
            column: 1,
          },
        ]
      : [],
  )
  const rights = (bar?.rights ?? []).filter((each) => each.from <= step && each.to > step)
  const slab = found?.kind === 5
  return {
    slot: null,
    title,
    subtitle: slab ? 'object 1 of 16 in a slab of kmalloc-256' : '',
    pfn,
    allocation: bar?.allocation ?? 0,
    state: bar === undefined ? 'free' : step >= bar.to ? 'freed' : 'allocated',
    since: Math.max(0, step - 1),
    structs: [],
    walks: [],
    gone: [],
    fields: [
      {
        name: 'flags',
        value: slab ? '0x0100000000000000 (node=0 zone=1)' : '0x0',
        before: '',
        changed: false,
        help: 'Page flags',
      },
      {
        name: '_refcount',
        value: String(1 + rights.length),
        before: '1',
        changed: step === 3 || step === 13,
        help: 'References',
      },
      { name: '_mapcount', value: '-1', before: '', changed: false, help: 'Mappings into user space' },
      { name: 'page_type', value: slab ? 'PGTY_slab' : 'none', before: '', changed: false, help: 'What kind of page' },
      {
        name: 'compound_head',
        value: '0 (not a tail page)',
        before: '',
        changed: false,
        help: 'Head of the compound page',
      },
      { name: 'private', value: '0x0', before: '', changed: false, help: 'For the owner' },
    ],
    rights: rights.map((each) => row(each.kind, each.from, 'insmod', each.kind === 'kmap' ? 'bytes' : 'page')),
    pointers: bar?.allocation === 1 && step >= 4 ? [row('pointer', 4, 'b', 'none')] : [],
    events,
    moreEvents: 0,
    objects: slab
      ? Array.from({ length: 16 }, (_, i) => ({
          offset: i * 256,
          bytes: 256,
          allocation: i === 1 && step < 12 ? 1 : i < 4 && i !== 1 ? 90 + i : 0,
          label: i === 1 ? 'a' : '',
        }))
      : [],
    address: bar?.address ?? '',
    physical: bar === undefined ? '' : '0x1a3c100',
    bytes: bar?.bytes ?? 4096,
  }
}
