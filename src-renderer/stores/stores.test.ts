// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { CallName, Notice, RunRequest, RunSummary } from '../../src-core/protocol/messages.ts'
import type { Diagnosis, Report } from '../../src-core/report/report.ts'
import type { CoreLink } from '../core/connect.ts'
import { JOURNAL_KEY } from '../core/journal.ts'
import { useCursorStore } from './cursor.ts'
import { useDocumentStore } from './document.ts'
import { useLayoutStore, type DockControl } from './layout.ts'
import { useSelectionStore } from './selection.ts'
import { useSessionStore } from './session.ts'

vi.mock('../core/examples.ts', () => ({
  FIRST_EXAMPLE: 'slab-uaf/slab-uaf.ts',
  examples: () => [example('fixed', 'fixed.ts', 'const fixed = 1'), example('slab-uaf', 'slab-uaf.ts', 'const a = 1')],
}))
function example(id: string, path: string, text: string) {
  return { id, title: id, line: '', variant: null, level: 'basics', systems: [], entry: path, files: [{ path, text }] }
}

function diagnosis(code: string, step: number, allocation: number): Diagnosis {
  return {
    code,
    severity: 'error',
    certainty: 'definite',
    message: '',
    at: { file: 'a.ts', line: 1, column: 1 },
    task: 'insmod',
    step,
    memory: { kind: 'slab-object', name: 'a', address: '0x0', bytes: 8, allocation },
    story: [],
    rights_left: [],
    pointers: [],
    consequences: [],
    eras: {},
    fix: '',
    kernel: '',
  }
}

function summary(run: number, diagnoses: readonly Diagnosis[], outcome: Report['outcome'] = 'completed'): RunSummary {
  const report: Report = {
    schema: 'pageward.report/1',
    program: 'a.ts',
    era: 'v6.12',
    basis: 'measured',
    schedule: '',
    outcome,
    diagnoses,
    log: [],
    errors:
      outcome === 'compile-error' ? [{ code: 'syntax', message: 'x', at: { file: 'a.ts', line: 1, column: 1 } }] : [],
    stats: { operations: 9, deltas: 9, compile_ms: 0, run_ms: 0 },
  }
  const machine = {
    memory: 2 ** 26,
    cpus: 1,
    arch: 'x86_64' as const,
    debug: true,
    iommu: false,
    seed: 1,
    frames: 2 ** 14,
    pageShift: 12,
    pageOffset: 0n,
    vmallocStart: 0n,
    zones: [],
  }
  return { run, report, machine, tasks: [], log: [], steps: 9, allocations: 2, compileMs: 1, runMs: 1, judgeMs: 1 }
}

/** A link whose `run` calls are answered by hand, in any order. */
function fakeLink() {
  const runs: { answer: (value: RunSummary) => void; fail: (error: Error) => void }[] = []
  let onNotice: (notice: Notice) => void = () => {}
  let onRestart: (reason: string, alive: boolean) => void = () => {}
  const asked: string[] = []
  const schedules: (string | undefined)[] = []
  const call = (name: CallName, ask?: unknown): Promise<unknown> => {
    if (name === 'run') asked.push((ask as RunRequest).files[0]?.text ?? '')
    if (name === 'run') schedules.push((ask as RunRequest).schedule)
    if (name === 'run') return new Promise((answer, fail) => runs.push({ answer, fail }))
    return Promise.resolve(name === 'hello' ? { version: 1, eras: [] } : { rows: [] })
  }
  const link: CoreLink = {
    call: call as CoreLink['call'],
    onNotice: (handler) => {
      onNotice = handler
    },
    onRestart: (handler) => {
      onRestart = handler
    },
    killCore: () => {},
  }
  const restart = (): void => onRestart('it ended unexpectedly', true)
  return { link, runs, asked, schedules, restart, notice: (notice: Notice) => onNotice(notice) }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await nextTick()
}

beforeEach(() => {
  localStorage.clear()
  setActivePinia(createPinia())
})

describe('the document', () => {
  it('opens the first example at a first start', () => {
    const document = useDocumentStore()
    document.restore()
    expect(document.programId).toBe('slab-uaf')
  })
  it('keeps the edits of an example while another one is open', () => {
    const document = useDocumentStore()
    document.restore()
    document.edit('slab-uaf.ts', 'const a = 2')
    document.open('fixed')
    document.open('slab-uaf')
    expect(document.text).toBe('const a = 2')
    expect(document.edited).toBe(true)
  })
  it('brings edits back after a reset is undone', () => {
    const document = useDocumentStore()
    document.restore()
    document.edit('slab-uaf.ts', 'const a = 2')
    document.resetToOriginal()
    expect(document.text).toBe('const a = 1')
    document.undoLast()
    expect(document.text).toBe('const a = 2')
  })
  it('restores the text and the open program from the journal', () => {
    const document = useDocumentStore()
    document.restore()
    document.open('fixed')
    document.edit('fixed.ts', 'typed')
    document.flush()
    setActivePinia(createPinia())
    const again = useDocumentStore()
    again.restore()
    expect([again.programId, again.text]).toEqual(['fixed', 'typed'])
  })
  it('keeps both texts of two windows once, however long both go on typing, and moves neither text', () => {
    const windows = [1, 2].map(() => {
      setActivePinia(createPinia())
      const document = useDocumentStore()
      document.restore()
      return document
    }) as [ReturnType<typeof useDocumentStore>, ReturnType<typeof useDocumentStore>]
    const [one, two] = windows
    for (let round = 0; round < 5; round++) {
      one.edit('slab-uaf.ts', `one ${round}`)
      two.edit('slab-uaf.ts', `two ${round}`)
      for (const each of windows) each.flush()
      for (const each of windows) each.hearOtherWindow()
    }
    for (const each of windows) each.flush()
    expect(one.text).toBe('one 4')
    expect(two.text).toBe('two 4')
    expect(Object.values(two.kept).map((each) => [each.title, each.files[0]?.text])).toEqual([
      ['slab-uaf', 'one 4'],
      ['slab-uaf (second window)', 'two 4'],
    ])
    expect(two.bothKept).toHaveLength(1)
    expect(one.bothKept).toHaveLength(0)
  })
  it('forgets an example that was edited back to its original', () => {
    const document = useDocumentStore()
    document.restore()
    document.edit('slab-uaf.ts', 'x')
    document.edit('slab-uaf.ts', 'const a = 1')
    document.flush()
    expect(localStorage.getItem(JOURNAL_KEY)).toContain('"programs":{}')
  })
})

describe('the session', () => {
  it('marks a run as stale as soon as the text changes', async () => {
    const document = useDocumentStore()
    const session = useSessionStore()
    document.restore()
    const { link, runs } = fakeLink()
    session.attach(link)
    void session.run()
    runs[0]?.answer(summary(1, []))
    await settle()
    expect(session.stale).toBe(false)
    document.edit('slab-uaf.ts', 'const a = 2')
    expect(session.stale).toBe(true)
  })
  it('keeps the older run on screen while the text does not compile', async () => {
    const session = useSessionStore()
    const { link, runs } = fakeLink()
    session.attach(link)
    void session.run()
    runs[0]?.answer(summary(1, [diagnosis('page-leak', 3, 1)]))
    await settle()
    useDocumentStore().revision += 1
    void session.run()
    runs[1]?.answer(summary(2, [], 'compile-error'))
    await settle()
    expect(session.runId).toBe(1)
    expect(session.errors).toHaveLength(1)
    expect(session.stale).toBe(true)
  })
  it('runs the last text that compiled again in a new core while the text does not compile', async () => {
    const document = useDocumentStore()
    const session = useSessionStore()
    document.restore()
    const { link, runs, asked, restart } = fakeLink()
    session.attach(link)
    void session.run()
    runs[0]?.answer(summary(1, [diagnosis('page-leak', 3, 1)]))
    await settle()
    document.edit('slab-uaf.ts', 'const = 1')
    void session.run()
    runs[1]?.answer(summary(2, [], 'compile-error'))
    await settle()
    restart()
    await settle()
    runs[2]?.answer(summary(1, [], 'compile-error'))
    await settle()
    expect(asked).toEqual(['const a = 1', 'const = 1', 'const = 1', 'const a = 1'])
    runs[3]?.answer(summary(2, [diagnosis('page-leak', 3, 1)]))
    await settle()
    expect([session.runId, session.revived, session.stale]).toEqual([2, true, true])
    expect(session.errors).toHaveLength(1)
    expect(session.message).toContain('Your text is safe')
    expect(document.text).toBe('const = 1')
  })
  it('replays the same schedule again in a new core, and no schedule of another text', async () => {
    const document = useDocumentStore()
    const session = useSessionStore()
    document.restore()
    const { link, runs, schedules, restart } = fakeLink()
    session.attach(link)
    void session.run()
    runs[0]?.answer(summary(1, []))
    await settle()
    void session.replay('1.2')
    runs[1]?.fail(Object.assign(new Error('lost'), { code: 'disconnected' }))
    restart()
    await settle()
    expect(schedules).toEqual([undefined, '1.2', '1.2'])
    runs[2]?.answer(summary(1, []))
    await settle()
    document.edit('slab-uaf.ts', 'const a = 2')
    restart()
    await settle()
    expect(schedules.slice(3)).toEqual([undefined])
  })
  it('does not go on running what brings the core down', async () => {
    const document = useDocumentStore()
    const session = useSessionStore()
    document.restore()
    const { link, runs, asked, restart } = fakeLink()
    session.attach(link)
    void session.run()
    runs[0]?.answer(summary(1, []))
    await settle()
    document.edit('slab-uaf.ts', 'const = 1')
    restart()
    await settle()
    runs[1]?.answer(summary(1, [], 'compile-error'))
    await settle()
    for (let round = 0; round < 3; round++) {
      runs.at(-1)?.fail(Object.assign(new Error('lost'), { code: 'disconnected' }))
      restart()
      await settle()
    }
    expect(asked).toHaveLength(3)
  })
  it('says that a text does not compile when nobody types any more, and not if it was typed on', async () => {
    const document = useDocumentStore()
    const session = useSessionStore()
    document.restore()
    const { link, runs } = fakeLink()
    session.attach(link)
    document.edit('slab-uaf.ts', 'const a =')
    const half = session.runTyped(20)
    runs[0]?.answer(summary(1, [], 'compile-error'))
    await settle()
    expect(session.errors).toHaveLength(0)
    document.edit('slab-uaf.ts', 'const a = (')
    await half
    expect(session.errors).toHaveLength(0)
    const left = session.runTyped(20)
    runs[1]?.answer(summary(2, [], 'compile-error'))
    await left
    expect(session.errors).toHaveLength(1)
    const more = session.runTyped(20)
    runs[2]?.answer(summary(3, []))
    await more
    expect(session.errors).toHaveLength(0)
    expect(session.runId).toBe(3)
  })
  it('ignores the answer of a run whose text is no longer the latest', async () => {
    const document = useDocumentStore()
    const session = useSessionStore()
    document.restore()
    const { link, runs } = fakeLink()
    session.attach(link)
    void session.run()
    document.edit('slab-uaf.ts', 'newer')
    void session.run()
    runs[1]?.answer(summary(2, []))
    await settle()
    runs[0]?.answer(summary(1, []))
    await settle()
    expect(session.runId).toBe(2)
  })
  it('takes verdicts for the run on screen only', async () => {
    const session = useSessionStore()
    const { link, runs, notice } = fakeLink()
    session.attach(link)
    void session.run()
    runs[0]?.answer(summary(4, []))
    await settle()
    notice({ notice: 'verdicts', run: 3, report: summary(3, [diagnosis('page-leak', 1, 1)]).report })
    expect(session.report?.diagnoses).toEqual([])
    notice({ notice: 'verdicts', run: 4, report: summary(4, [diagnosis('page-leak', 1, 1)]).report })
    expect(session.report?.diagnoses).toHaveLength(1)
  })
  it('says why a run failed and keeps quiet about a superseded one', async () => {
    const session = useSessionStore()
    const { link, runs } = fakeLink()
    session.attach(link)
    void session.run()
    runs[0]?.fail(Object.assign(new Error('superseded'), { code: 'superseded' }))
    await settle()
    expect(session.failure).toBeNull()
    void session.run()
    runs[1]?.fail(new Error('the simulator failed'))
    await settle()
    expect(session.failure).toBe('the simulator failed')
  })
})

describe('selection and playhead', () => {
  async function withRun(diagnoses: readonly Diagnosis[]) {
    const session = useSessionStore()
    const { link, runs } = fakeLink()
    session.attach(link)
    void session.run()
    runs[0]?.answer(summary(1, diagnoses))
    await settle()
    return { session, selection: useSelectionStore(), cursor: useCursorStore() }
  }
  it('starts on the first problem of a run', async () => {
    const { selection, cursor } = await withRun([diagnosis('page-leak', 3, 1), diagnosis('unbalanced-put', 7, 2)])
    selection.adopt(null)
    expect([selection.problem, selection.target, cursor.step]).toEqual([0, { allocation: 1 }, 3])
  })
  it('stays on the same problem over a new run', async () => {
    const { selection, cursor } = await withRun([diagnosis('page-leak', 3, 1), diagnosis('unbalanced-put', 7, 2)])
    selection.adopt('unbalanced-put')
    expect([selection.problem, cursor.step]).toEqual([1, 7])
  })
  it('goes to the end of a run without problems', async () => {
    const { selection, cursor } = await withRun([])
    selection.adopt(null)
    expect([selection.target, cursor.step]).toEqual([null, 9])
  })
  it('goes back to what was selected before', async () => {
    const { selection, cursor } = await withRun([diagnosis('page-leak', 3, 1), diagnosis('unbalanced-put', 7, 2)])
    selection.adopt(null)
    selection.nextProblem()
    selection.back()
    expect([selection.problem, cursor.step]).toEqual([0, 3])
  })
  it('never moves the playhead out of the run', async () => {
    const { cursor } = await withRun([])
    cursor.seek(99)
    expect(cursor.step).toBe(9)
    cursor.stepForward()
    cursor.toStart()
    cursor.stepBack()
    expect(cursor.step).toBe(0)
  })
})

describe('the other eras', () => {
  const notice = { notice: 'eras', run: 1, era: 'v5.10', done: 2, of: 9 } as const

  it('say how far they are, until they are all known', async () => {
    const session = useSessionStore()
    const fake = fakeLink()
    session.attach(fake.link)
    void session.run()
    fake.notice(notice)
    expect(session.checking).toBeNull()
    fake.runs[0]!.answer(summary(1, []))
    await settle()
    expect(session.checking).toEqual(notice)
    fake.notice({ notice: 'matrix', run: 1, eras: {} })
    expect(session.checking).toBeNull()
  })
  it('are left alone when somebody stops them', async () => {
    const session = useSessionStore()
    const fake = fakeLink()
    session.attach(fake.link)
    void session.run()
    fake.runs[0]!.answer(summary(1, []))
    await settle()
    fake.notice(notice)
    await session.stopEras()
    expect(session.checking).toBeNull()
    expect(session.erasStopped).toBe(1)
  })
  it('open at the problem that was chosen', () => {
    const session = useSessionStore()
    const selection = useSelectionStore()
    session.summary = summary(1, [diagnosis('leak', 3, 1), diagnosis('double-free', 5, 2)])
    selection.wish('double-free')
    selection.adopt('leak')
    expect(selection.diagnosis?.code).toBe('double-free')
    selection.adopt('leak')
    expect(selection.diagnosis?.code).toBe('leak')
  })
})

describe('the layout', () => {
  it('comes back when a reset or an import is undone', () => {
    const layout = useLayoutStore()
    const control = { reset: vi.fn(), load: vi.fn(() => true) }
    layout.dock = control as unknown as DockControl
    layout.keep({ mine: 1 }, ['editor'])
    layout.reset()
    layout.keep({ first: 1 }, ['editor'])
    layout.undoReplaced()
    expect(control.load).toHaveBeenLastCalledWith({ mine: 1 })
    expect(layout.before).toBeNull()
    layout.keep({ mine: 1 }, ['editor'])
    layout.load({ theirs: 1 })
    layout.undoReplaced()
    expect(control.load).toHaveBeenLastCalledWith({ mine: 1 })
  })
})
