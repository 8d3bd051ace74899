// @vitest-environment happy-dom
/** The page's side of lessons, with a core whose answers stand here: steps, questions, races, progress, folders. */
import { createPinia, setActivePinia, type Pinia } from 'pinia'
import { createApp, nextTick, type Component } from 'vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { parseLesson } from '../../src-core/lessons/parse.ts'
import type { Calls, LessonAnswer } from '../../src-core/protocol/messages.ts'
import type { CoreLink } from '../core/connect.ts'
import { useBreakpointsStore } from '../stores/breakpoints.ts'
import { useCursorStore } from '../stores/cursor.ts'
import { useDocumentStore } from '../stores/document.ts'
import { useLayoutStore, type DockControl } from '../stores/layout.ts'
import { useLessonsStore } from '../stores/lessons.ts'
import { useSelectionStore } from '../stores/selection.ts'
import { useSessionStore } from '../stores/session.ts'
import DockTab from '../dock/DockTab.vue'
import StatusBar from '../panels/status/StatusBar.vue'
import LessonList from './LessonList.vue'
import LessonPanel from './LessonPanel.vue'
import { html } from './markdown.ts'
import { exportProgress, importProgress, type Progress } from './progress.ts'
import { readFolder } from './lesson-folder.ts'

const HEAD = ['---', 'title: T', 'part: Pages', 'idea: I', 'level: beginner', 'minutes: 3', '---']
const START = 'const page = alloc_page()\nget_page(page)\nput_page(page)\n'
const SOLUTION = `${START}put_page(page)\n`

function files(...steps: string[]): Record<string, string> {
  return { 'lesson.md': [...HEAD, ...steps].join('\n'), 'start.ts': START, 'solution.ts': SOLUTION, 'check.ts': '' }
}
const READ = ['## Read: Look', '```look', 'at: get_page', 'select: page', 'view: schedules', '```']
const find = (target: string, answer: string): string[] => [
  ...['## Find: It', '```find', 'id: q', 'question: Which?', `target: ${target}`],
  ...[`answer: ${answer}`, 'after: Because.', '```'],
]
const PREDICT = [
  ...['## Predict: What?', '```predict', 'id: q', 'question: How does it end?'],
  ...['options: [well, badly]', 'answer: badly', 'after: Because.', '```'],
]
const task = (kind: string): string[] => [`## ${kind}: Do it`, `\`\`\`${kind.toLowerCase()}`, 'hints: [a, b, c]', '```']

const FOUND = { code: 'page-leak', severity: 'error', at: { file: 'start.ts', line: 1, column: 1 }, story: [], step: 1 }
const ANSWER: LessonAnswer = { goals: [], answers: {}, errors: [], broken: '', exploration: null }
let answer: LessonAnswer = ANSWER
const asked: string[] = []
const shown: string[] = []
let pinia: Pinia

/** A core that answers what the lessons ask, about a run of nine steps. */
const ANSWERS: Partial<{ [K in keyof Calls]: (ask: Calls[K]['ask']) => unknown }> = {
  hello: () => ({ version: 1, eras: [] }),
  lesson: ({ id, files: given }) => parseLesson(id, given['lesson.md'] ?? ''),
  lessonCheck: () => answer,
  run: ({ schedule }) => ({
    ...{ run: asked.filter((call) => call === 'run').length, machine: {}, tasks: [], log: [], steps: 9 },
    ...{ allocations: 1, compileMs: 1, runMs: 1, judgeMs: 1 },
    report: { schedule: schedule ?? '', diagnoses: [FOUND], log: [], errors: [], outcome: 'oops', eras: {} },
  }),
  stepsOfLine: ({ line }) => ({ steps: [line * 2 - 1, line * 2] }),
  steps: ({ from }) => ({ rows: [{ step: from, file: 'start.ts', line: Math.ceil(from / 2) }] }),
  timeline: () => ({ bars: [{ label: 'page', allocation: 7 }] }),
  inspect: () => ({ title: 'page · page block' }),
}
const link: CoreLink = {
  call: ((name: keyof Calls, ask: never) => {
    asked.push(name)
    return Promise.resolve(ANSWERS[name]?.(ask) ?? { rows: [] })
  }) as CoreLink['call'],
  onNotice: () => {},
  onRestart: () => {},
  killCore: () => {},
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await nextTick()
}

function mount(component: Component, props: Record<string, unknown> = {}): HTMLElement {
  const host = document.createElement('div')
  host.dataset['panel'] = 'lesson'
  document.body.append(host)
  createApp(component, props).use(pinia).mount(host)
  return host
}

async function opened(...steps: string[]): Promise<HTMLElement> {
  const host = mount(LessonPanel)
  await useLessonsStore().take('my-lesson', files(...steps))
  await useSessionStore().run()
  await settle()
  return host
}

function button(host: HTMLElement, text: string): HTMLButtonElement {
  const found = [...host.querySelectorAll('button')].find((each) => each.textContent.trim().startsWith(text))
  if (found === undefined) throw new Error(`no button "${text}"`)
  return found
}

beforeEach(() => {
  localStorage.clear()
  document.body.replaceChildren()
  asked.length = 0
  shown.length = 0
  answer = ANSWER
  pinia = createPinia()
  setActivePinia(pinia)
  useDocumentStore().restore()
  useSessionStore().attach(link)
  const show = (id: string): void => void shown.push(id)
  useLayoutStore().dock = { show, goTo: show, inFront: () => false } as unknown as DockControl
})

describe('a step', () => {
  it('steers the views to the moment that it is about', async () => {
    await opened(...READ)
    expect(shown.at(-1)).toBe('schedules')
    expect(useCursorStore().step).toBe(4)
    expect(useSelectionStore().target).toEqual({ allocation: 7 })
  })

  it('has the focus when it is opened, and opens no dialog', async () => {
    const host = await opened(...READ, ...task('Edit'))
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Step 1, Read: Look')
    button(host, 'Next').click()
    await settle()
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Step 2, Do: Do it')
    for (const text of ['Hint', 'Show the solution', 'Undo', 'Compare']) {
      button(host, text).click()
      await settle()
    }
    expect(document.querySelectorAll('dialog, [role="dialog"], [role="alertdialog"]')).toHaveLength(0)
  })

  it('leads to the list after the last one of a lesson of one’s own', async () => {
    const host = await opened(...READ)
    button(host, 'All lessons').click()
    await settle()
    expect(shown.at(-1)).toBe('lessons')
    expect(useLessonsStore().lesson?.id).toBe('my-lesson')
  })
})

describe('a question', () => {
  it('is answered by pointing at a line: with the playhead, or with the caret where nothing ran', async () => {
    answer = { ...ANSWER, answers: { q: '3' } }
    const host = await opened(...find('line', '3'))
    expect(host.textContent).toContain('Click the line in the editor')
    useCursorStore().seek(4)
    await settle()
    expect(host.textContent).toContain('You point at line 2.')
    useBreakpointsStore().caret = 3
    await settle()
    button(host, 'This one').click()
    await settle()
    expect(host.textContent).toContain('3: that is what the run says.')
    expect(document.activeElement?.classList).toContain('result')
  })

  it('is answered by pointing at a step', async () => {
    answer = { ...ANSWER, answers: { q: '5' } }
    const host = await opened(...find('step', '5'))
    useCursorStore().seek(4)
    await settle()
    button(host, 'This one').click()
    await settle()
    expect(host.textContent).toContain('You said 4; the run says 5.')
    button(host, 'Answer again').click()
    useCursorStore().seek(5)
    await settle()
    button(host, 'This one').click()
    await settle()
    expect(host.textContent).toContain('5: that is what the run says.')
  })

  it('is answered by pointing at memory; what was selected before does not count', async () => {
    answer = { ...ANSWER, answers: { q: 'page' } }
    const host = await opened(...READ, ...find('memory', 'page'))
    button(host, 'Next').click()
    await settle()
    expect(host.textContent).toContain('Click it in the map or the timeline')
    useSelectionStore().select({ allocation: 7 })
    await settle()
    button(host, 'This one').click()
    await settle()
    expect(host.textContent).toContain('page: that is what the run says.')
  })

  it('is not answered by the tabs or the bottom row before the person has answered', async () => {
    const tab = mount(DockTab, { params: { api: { id: 'problems', title: 'Problems' } } })
    const status = mount(StatusBar)
    const host = await opened(...PREDICT)
    expect([tab.textContent.trim(), status.textContent.includes('oops')]).toEqual(['Problems', false])
    button(host, 'Show the run without answering').click()
    await settle()
    expect(tab.textContent).toContain('1')
    expect(status.textContent).toContain('oops')
  })

  it('may have several right answers, in any order, or none', async () => {
    answer = { ...ANSWER, answers: { q: 'a pipe, the owner' } }
    const host = await opened(
      ...['## Predict: Who?', '```predict', 'id: q', 'question: Who still reaches it?', 'many: true'],
      ...['options: [the owner, a device, a pipe]', 'answer: [the owner, a pipe]', 'after: Because.', '```'],
    )
    expect(button(host, 'None of them').type).toBe('submit')
    for (const name of ['a pipe', 'the owner']) {
      host.querySelector<HTMLInputElement>(`[data-choice="${name}"]`)?.click()
      await settle()
    }
    button(host, 'Answer').click()
    await settle()
    expect(host.textContent).toContain('a pipe, the owner: that is what the run says.')
  })
})

describe('a task', () => {
  it('tells the missing goal after every run, gives hints one by one and compares with the solution', async () => {
    const goal = { id: 'g', title: 'It goes back', reached: false, feedback: 'Line 1: `page` is never freed.' }
    answer = { ...ANSWER, goals: [goal] }
    const host = await opened(...task('Edit'))
    expect(host.textContent).toContain('Line 1: page is never freed.')
    for (const hints of [1, 2, 3]) {
      button(host, hints === 1 ? 'Hint' : 'Another hint').click()
      await settle()
      expect(host.querySelectorAll('.hints li')).toHaveLength(hints)
    }
    button(host, 'Compare').click()
    await settle()
    expect([...host.querySelectorAll('.diff .theirs')].map((row) => row.textContent.trim())).toEqual([
      '+put_page(page)',
    ])
    answer = { ...ANSWER, goals: [{ ...goal, reached: true, feedback: '' }] }
    button(host, 'Show the solution').click()
    await useSessionStore().run()
    await settle()
    expect(host.textContent).toContain('All goals reached.')
    expect(useLessonsStore().progress['my-lesson']?.finished).toBe(true)
    button(host, 'Undo').click()
    expect(useDocumentStore().text).toBe(START)
  })

  it('of a race shows how many orders there are, and replays one that breaks it', async () => {
    const findings = [{ code: 'double-free-page', line: 3, schedule: 's1-token' }]
    answer = { ...ANSWER, exploration: { executions: 6, complete: true, findings } }
    const host = await opened(...task('Race'))
    expect(host.textContent).toContain('6 orders tried, that is all there are. Found in them:')
    button(host, 'Replay double-free-page at line 3').click()
    await settle()
    expect(useSessionStore().report?.schedule).toBe('s1-token')
    answer = { ...ANSWER, exploration: { executions: 4, complete: true, findings: [] } }
    await useSessionStore().run()
    await settle()
    expect(host.textContent).toContain('None of them breaks the program.')
  })
})

describe('progress', () => {
  const mine: Progress = { a: { done: [0, 2], finished: false, answers: { q: '1' } } }
  it('comes back from its file, joined with what is there', () => {
    expect(importProgress(exportProgress(mine), {})).toEqual(mine)
    const other: Progress = {
      a: { done: [1, 2], finished: true, answers: { q: '2', r: '3' } },
      b: { done: [0], finished: false, answers: {} },
    }
    expect(importProgress(exportProgress(mine), other)).toEqual({
      a: { done: [0, 1, 2], finished: true, answers: { q: '2', r: '3' } },
      b: other['b'],
    })
  })

  it('says what is wrong with another file, and keeps what is there', async () => {
    const lessons = useLessonsStore()
    lessons.takeProgress(exportProgress(mine))
    for (const text of ['{', '{"schema":"other"}', '[]'])
      expect(() => importProgress(text, {})).toThrow(/no (whole )?lesson prog/)
    const host = mount(LessonList)
    const input = host.querySelector<HTMLInputElement>('input[accept=".json"]')
    Object.defineProperty(input, 'files', { value: [new File(['no'], 'x.json')] })
    input?.dispatchEvent(new Event('change'))
    await vi.waitFor(() => expect(host.querySelector('[role=alert]')?.textContent).toContain('it is not JSON'))
    expect(lessons.progress).toEqual(mine)
  })
})

describe('a folder of one’s own', () => {
  const inFolder = (path: string, text: string): File => {
    const file = new File([text], path.split('/').at(-1) ?? '')
    Object.defineProperty(file, 'webkitRelativePath', { value: path })
    return file
  }
  const take = async (host: HTMLElement, chosen: readonly File[]): Promise<void> => {
    const chooser = vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementation(function (this: HTMLInputElement) {
      expect(this.webkitdirectory).toBe(true)
      Object.defineProperty(this, 'files', { value: chosen })
      this.dispatchEvent(new Event('change'))
    })
    host.querySelector<HTMLElement>('[aria-label="Open a lesson folder of your own"]')?.click()
    chooser.mockRestore()
    for (let turn = 0; turn < 5; turn++) await new Promise((done) => setTimeout(done, 0))
  }

  it('is read without the folders in it, and opened', async () => {
    const own = Object.entries(files(...READ)).map(([name, text]) => inFolder(`mine/${name}`, text))
    const { id, files: read } = await readFolder([...own, inFolder('mine/old/lesson.md', 'old')])
    expect([id, Object.keys(read).sort()]).toEqual(['mine', Object.keys(files()).sort()])
    await take(mount(LessonList), own)
    expect([useLessonsStore().lesson?.title, useLessonsStore().failure]).toEqual(['T', null])
  })

  it('that is broken is refused with the file and the line', async () => {
    const host = mount(LessonList)
    const broken = files(...READ)['lesson.md']?.replace('minutes: 3', 'minutes: soon') ?? ''
    await take(host, [inFolder('mine/lesson.md', broken)])
    expect(host.querySelector('[role=alert]')?.textContent).toBe(
      'lesson.md:6: "minutes" is a whole number from 1 to 60',
    )
    await take(host, [inFolder('mine/readme.md', '')])
    expect(host.querySelector('[role=alert]')?.textContent).toContain('has no lesson.md')
    await take(host, [inFolder('all/a/lesson.md', broken), inFolder('all/b/lesson.md', broken)])
    expect(host.querySelector('[role=alert]')?.textContent).toContain('holds 2 lessons')
  })
})

describe('the text', () => {
  it('has a card for a word of the glossary where it first appears, and none in code or words that contain it', () => {
    const words = new Map([['slab', 'Pages cut into "objects".']])
    const text = html('In mm/slab.c, linux/slab and slab.h: a slab, `slab` and a slabby Slab.', words)
    expect(text.match(/class="word"/g)).toHaveLength(1)
    expect(text).toContain('tabindex="0" data-tip="Pages cut into &quot;objects&quot;.">slab</span>, <code>slab</code>')
  })
})
