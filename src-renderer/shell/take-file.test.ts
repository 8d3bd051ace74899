// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { MOST_BYTES } from '../core/import-file.ts'
import { shareText, type Shared } from '../core/share.ts'
import { exportProgress } from '../lessons/progress.ts'
import { useDocumentStore } from '../stores/document.ts'
import { useLayoutStore, type DockControl } from '../stores/layout.ts'
import { useLessonsStore } from '../stores/lessons.ts'
import { useSessionStore } from '../stores/session.ts'
import { openLayoutFile, openProgramFile } from './take-file.ts'

const SHARED: Shared = {
  program: {
    title: 'mine.ts',
    entry: 'mine.ts',
    files: [{ path: 'mine.ts', text: 'const a = 1 // äöü' }],
    active: 'mine.ts',
    era: null,
    memory: null,
    own: true,
  },
  schedule: 's1:0.1',
  layout: null,
}
const PROGRAM = shareText(SHARED)
const LAYOUT = JSON.stringify({ format: 'pageward.layout/1', dock: { grid: {} } })
const PROGRESS = exportProgress({ a: { done: [0], finished: true, answers: {} } })
const latin1 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (each) => each.charCodeAt(0))
const file = (content: BlobPart, name = 'given.json'): File => new File([content], name)

const load = vi.fn<DockControl['load']>(() => true)
beforeEach(() => {
  localStorage.clear()
  setActivePinia(createPinia())
  useDocumentStore().restore()
  load.mockClear()
  useLayoutStore().dock = { load } as unknown as DockControl
})

/** Gives a file to each reader and answers what it says. All that a person had is as it was. */
async function refusedBy(read: 'program' | 'layout' | 'progress', given: File): Promise<string> {
  const [document, layout, lessons] = [useDocumentStore(), useLayoutStore(), useLessonsStore()]
  lessons.takeProgress(PROGRESS)
  const all = () => JSON.stringify([document.snapshot(), document.kept, layout.arrangement, lessons.progress])
  const before = all()
  let said = ''
  if (read === 'program') await openProgramFile(given)
  else if (read === 'layout') await openLayoutFile(given)
  else {
    const { textOfFile } = await import('../core/import-file.ts')
    try {
      lessons.takeProgress(await textOfFile(given), given.name)
    } catch (error) {
      said = error instanceof Error ? error.message : ''
    }
  }
  expect(all()).toBe(before)
  return said || (useSessionStore().message ?? '')
}

const GOOD = { program: PROGRAM, layout: LAYOUT, progress: PROGRESS }
const NEXT = {
  program: PROGRAM.replace('program/1', 'program/2'),
  layout: LAYOUT.replace('layout/1', 'layout/2'),
  progress: PROGRESS.replace('progress/1', 'progress/2'),
}
const WORDS = { program: 'program', layout: 'layout', progress: 'lesson progress' }

describe.each(['program', 'layout', 'progress'] as const)('a file that is no %s', (kind) => {
  const words = WORDS[kind]
  it.each([
    ['no JSON', file('hello'), `given.json is no ${words}: it is not JSON. Nothing was changed.`],
    ['an empty file', file(''), `given.json is no ${words}: it is not JSON. Nothing was changed.`],
    ['JSON of another program', file('{"name":"x"}'), 'it is JSON of another program'],
    ['a list', file('[1, 2]'), 'it is JSON of another program'],
    ['a typing mistake', file('{\n  "format" "x"\n}'), 'line 2 cannot be read'],
    ['a truncated file', file(GOOD[kind].slice(0, -9)), /is no whole .* is cut off in line \d+\..*get it again/],
    ['a newer version', file(NEXT[kind]), /was saved by a newer Pageward \(pageward\.\w+\/2; this one reads/],
    ['a huge file', file(new Uint8Array(MOST_BYTES + 1)), 'given.json has 5.0 MB; Pageward reads files of up to 5 MB'],
    ['another encoding', file(latin1(PROGRAM)), 'given.json is no UTF-8 text. Save it as UTF-8'],
    ['a picture', file(Uint8Array.of(0x47, 0x49, 0x46, 0x38, 0, 0, 1)), 'it holds binary data'],
  ])('is refused if it is %s', async (_what, given, said) => {
    expect(await refusedBy(kind, given)).toMatch(said)
  })
})

describe('a file of Pageward', () => {
  it('that holds something else says what that is, and what takes it', async () => {
    expect(await refusedBy('program', file(LAYOUT))).toContain('it holds a layout; take it with the command Import')
    expect(await refusedBy('layout', file(PROGRAM))).toContain('it holds a program; open it with Share')
    expect(await refusedBy('progress', file('{"schema":"pageward.checkpoint/3"}'))).toContain('explore --resume')
  })
  it('that is damaged says where', async () => {
    const without = (change: object): File => file(JSON.stringify({ ...JSON.parse(PROGRAM), ...change }))
    expect(await refusedBy('program', without({ files: [] }))).toContain('it holds no files')
    expect(await refusedBy('program', without({ files: [{ path: 'a.ts' }] }))).toContain('a.ts has no text')
    expect(await refusedBy('program', without({ entry: 'b.ts' }))).toContain('b.ts, which it begins with, is not in it')
    load.mockReturnValueOnce(false)
    expect(await refusedBy('layout', file(LAYOUT))).toContain('its panels cannot be placed')
    const none = file('{"schema":"pageward.progress/1"}')
    expect(await refusedBy('progress', none)).toContain('it holds no progress')
  })
  it('is read with a byte order mark, in UTF-16 too', async () => {
    const wide = Uint16Array.from(`\ufeff${PROGRAM}`, (each) => each.charCodeAt(0))
    for (const content of [`\ufeff${PROGRAM}`, wide.buffer]) {
      await openProgramFile(file(content))
      expect(useDocumentStore().text).toBe('const a = 1 // äöü')
    }
  })
  it('with a damaged layout gives its program, and says so', async () => {
    load.mockReturnValueOnce(false)
    await openProgramFile(file(shareText({ ...SHARED, layout: { grid: 1 } })))
    expect(useDocumentStore().text).toBe('const a = 1 // äöü')
    expect(useSessionStore().message).toContain('Its layout is damaged: your panels are as they were')
  })
})
