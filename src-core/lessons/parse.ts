/**
 * Reads lesson.md: YAML front matter, then `## Kind: Title` sections; a section's settings stand in a fenced block
 * named after its kind, what the views show in a block named `look`. Blocks `in-rust` and `look-in-rust` (`in-c` and
 * `look-in-c` in a lesson written in Rust) say what is different in the twin. Everything wrong is told with its line.
 */
import { isMap, LineCounter, parseDocument } from 'yaml'
import { answerOf } from '../base/answer-set.ts'
import { ERA_IDS } from '../eras/index.ts'
import {
  LANGUAGES,
  LEVELS,
  otherLanguage,
  STEP_KINDS,
  twinName,
  type Language,
  type Lesson,
  type LessonProblem,
  type LessonStepDefinition,
  type Level,
  type Look,
  type PredictStep,
  type StepKind,
} from './lesson.ts'
import { Settings } from './settings.ts'

const FILE = 'lesson.md'
const VIEWS = ['map', 'timeline', 'inspector', 'problems', 'console', 'eras', 'schedules', 'graph']
/** Hints of an edit or race step. */
const HINTS = 3

export type ParsedLesson =
  | { readonly lesson: Lesson; readonly problems: readonly [] }
  | { readonly lesson: null; readonly problems: readonly LessonProblem[] }

/** Reads the text of a lesson.md. `id` is the folder's name. */
export function parseLesson(id: string, text: string): ParsedLesson {
  const reader = new Reader(text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n'))
  const lesson = reader.lesson(id)
  return reader.problems.length === 0 ? { lesson, problems: [] } : { lesson: null, problems: reader.problems }
}

interface Block {
  readonly name: string
  readonly line: number
  readonly body: string
}

class Reader {
  readonly problems: LessonProblem[] = []
  private readonly lines: readonly string[]
  private language: Language = 'c'

  constructor(text: string) {
    this.lines = text.split('\n')
  }

  lesson(id: string): Lesson {
    const end = this.lines[0] === '---' ? this.lines.indexOf('---', 1) : -1
    if (end < 0) {
      this.complain(1, 'a lesson starts with front matter between two lines "---"')
      return this.empty(id)
    }
    const head = this.settings(this.lines.slice(1, end).join('\n'), 2)
    const lesson: Omit<Lesson, 'intro' | 'steps' | 'twinSteps'> = {
      id,
      title: head.text('title'),
      part: head.text('part'),
      idea: head.text('idea'),
      level: head.oneOf<Level>('level', LEVELS),
      minutes: head.number('minutes', 1, 60),
      requires: head.list('requires'),
      eras: this.eras(head, 'eras', [ERA_IDS[0]!]),
      language: head.oneOf<Language>('language', LANGUAGES, 'c'),
      noTwin: head.text('no_twin', ''),
      twinEras: [],
      misconception: head.text('misconception', ''),
      sources: head.list('sources'),
    }
    const twinEras = this.eras(head, 'twin_eras', lesson.eras)
    head.close()
    this.language = lesson.language
    const { intro, sections } = this.sections(end + 1)
    const both = sections.flatMap((section) => this.step(section))
    const steps = both.map(([step]) => step)
    const twinSteps = both.map(([, twin]) => twin)
    if (steps.length === 0) this.complain(this.lines.length, 'a lesson has at least one step: "## Read: …"')
    return { ...lesson, twinEras, intro, steps, twinSteps }
  }

  private eras(head: Settings, key: string, fallback: readonly string[]): readonly string[] {
    const given = head.list(key)
    if (given.includes('all')) return ERA_IDS
    for (const era of given)
      if (!ERA_IDS.includes(era)) this.complain(head.lineOf(key), `there is no era "${era}" (${ERA_IDS.join(' ')})`)
    return given.length === 0 ? fallback : given
  }

  /** Splits the body at its `## ` headings; fenced code is left alone. */
  private sections(from: number): { intro: string; sections: { heading: string; line: number; lines: string[] }[] } {
    const sections: { heading: string; line: number; lines: string[] }[] = []
    const intro: string[] = []
    let fence = ''
    for (let i = from; i < this.lines.length; i++) {
      const line = this.lines[i] ?? ''
      const mark = /^(`{3,}|~{3,})/.exec(line)?.[1]
      if (mark !== undefined && (fence === '' || line.startsWith(fence))) fence = fence === '' ? mark : ''
      if (fence === '' && line.startsWith('## '))
        sections.push({ heading: line.slice(3).trim(), line: i + 1, lines: [] })
      else (sections.at(-1)?.lines ?? intro).push(line)
    }
    if (fence !== '') this.complain(this.lines.length, 'a fenced block is not closed')
    return { intro: intro.join('\n').trim(), sections }
  }

  /** The step, and what it is in the twin. */
  private step(section: {
    heading: string
    line: number
    lines: string[]
  }): [step: LessonStepDefinition, twin: LessonStepDefinition][] {
    const found = /^(\w+):\s*(.+)$/.exec(section.heading)
    const kind = STEP_KINDS.find((one) => one === found?.[1]?.toLowerCase())
    if (found === null || kind === undefined) {
      this.complain(section.line, `a step is headed "## Kind: Title" with a kind of ${STEP_KINDS.join(', ')}`)
      return []
    }
    const { text, blocks } = this.takeBlocks(section.line + 1, section.lines)
    const twin = `in-${otherLanguage(this.language)}`
    for (const { name, line } of blocks)
      if (![kind, 'look', twin, `look-${twin}`].includes(name))
        this.complain(line, `a block "${name}" does not belong into a ${kind} step`)
    const settingsOf = (name: string): Settings | null => {
      const block = blocks.find((one) => one.name === name)
      return block === undefined ? null : this.settings(block.body, block.line + 1)
    }
    const own = settingsOf(kind)
    if (own === null && kind !== 'read') this.complain(section.line, `the ${kind} step needs a block \`\`\`${kind}`)
    const said = own ?? this.settings('', section.line + 1)
    const [look, twinLook] = [settingsOf('look'), settingsOf(`look-${twin}`)]
    const base = { title: found[2] ?? '', line: section.line, text, look: this.look(look, null) }
    const step = this.ofKind(kind, base, said)
    said.close()
    const differs = settingsOf(twin)
    const more = differs?.text('text', '') ?? ''
    const twinBase = {
      ...base,
      text: more === '' ? text : `${text}\n\n${more}`,
      look: this.look(look, twinLook),
    }
    if (differs === null) return [[step, this.twinned({ ...step, ...twinBase })]]
    const merged = said.with(differs)
    const other = this.ofKind(kind, twinBase, merged)
    merged.close()
    return [[step, this.twinned(other)]]
  }

  /** The step about the twin's program, where it was about `start.ts`. */
  private twinned(step: LessonStepDefinition): LessonStepDefinition {
    const start = twinName('start.ts', this.language)
    const look = step.look?.program === 'start.ts' ? { ...step.look, program: start } : step.look
    return 'program' in step && step.program === 'start.ts' ? { ...step, look, program: start } : { ...step, look }
  }

  private ofKind(kind: StepKind, base: Omit<LessonStepDefinition, 'kind'>, settings: Settings): LessonStepDefinition {
    const program = (): string => settings.text('program', 'start.ts')
    switch (kind) {
      case 'read':
        return { ...base, kind }
      case 'predict':
        return this.predict(base, settings, program())
      case 'edit':
        return { ...base, kind, goals: settings.list('goals'), hints: this.hints(settings) }
      case 'find':
        return {
          ...base,
          kind,
          id: settings.text('id'),
          program: program(),
          question: settings.text('question'),
          target: settings.oneOf('target', ['line', 'step', 'memory']),
          answer: settings.text('answer'),
          after: settings.text('after'),
        }
      case 'race':
        return {
          ...base,
          kind,
          program: program(),
          goals: settings.list('goals'),
          hints: this.hints(settings),
          bound: settings.has('bound') ? settings.number('bound', 0, 20) : null,
        }
    }
  }

  private predict(base: Omit<LessonStepDefinition, 'kind'>, settings: Settings, program: string): PredictStep {
    const options = settings.list('options')
    const many = settings.flag('many')
    const right = many && settings.has('answer') ? settings.list('answer') : [settings.text('answer')]
    if (many && options.length === 0) this.complain(settings.line, 'a question with "many: true" has options')
    for (const one of many ? options.filter((option) => option.includes(',')) : [])
      this.complain(settings.lineOf('options'), `the option "${one}" of a question with "many: true" has a comma`)
    const strange = options.length > 0 ? right.filter((one) => !options.includes(one)) : []
    for (const one of strange) this.complain(settings.lineOf('answer'), `the answer "${one}" is none of the options`)
    return {
      ...base,
      kind: 'predict',
      id: settings.text('id'),
      program,
      question: settings.text('question'),
      options,
      many,
      answer: many ? answerOf(right) : (right[0] ?? ''),
      after: settings.text('after'),
    }
  }

  private hints(settings: Settings): readonly string[] {
    const hints = settings.list('hints')
    if (hints.length !== HINTS)
      this.complain(
        settings.lineOf('hints'),
        `give ${HINTS} hints, from a nudge to nearly there (there are ${hints.length})`,
      )
    return hints
  }

  private look(settings: Settings | null, twin: Settings | null): Look | null {
    const said = settings === null ? twin : twin === null ? settings : settings.with(twin)
    if (said === null) return null
    const look: Look = {
      program: said.text('program', 'start.ts'),
      at: said.has('at') ? said.text('at') : null,
      select: said.has('select') ? said.text('select') : null,
      view: said.has('view') ? said.oneOf('view', VIEWS) : null,
    }
    said.close()
    return look
  }

  /** Takes the setting blocks out of a section's lines. */
  private takeBlocks(first: number, lines: readonly string[]): { text: string; blocks: Block[] } {
    const names = new Set<string>([
      ...STEP_KINDS,
      'look',
      ...LANGUAGES.flatMap((one) => [`in-${one}`, `look-in-${one}`]),
    ])
    const blocks: Block[] = []
    const text: string[] = []
    for (let i = 0; i < lines.length; i++) {
      const name = /^```([\w-]+)\s*$/.exec(lines[i] ?? '')?.[1] ?? ''
      const end = names.has(name) ? lines.findIndex((line, at) => at > i && /^```\s*$/.test(line)) : -1
      if (end < 0) text.push(lines[i] ?? '')
      else {
        blocks.push({ name, line: first + i, body: lines.slice(i + 1, end).join('\n') })
        i = end
      }
    }
    return { text: text.join('\n').trim(), blocks }
  }

  private settings(text: string, firstLine: number): Settings {
    const counter = new LineCounter()
    const document = parseDocument(text, { lineCounter: counter, logLevel: 'silent' })
    for (const error of document.errors)
      this.complain(
        firstLine - 1 + (error.linePos?.[0].line ?? 1),
        (error.message.split('\n')[0] ?? '').replace(/ at line.*$/, ''),
      )
    const lines: Record<string, number> = {}
    const { contents } = document
    if (isMap(contents)) {
      for (const { key } of contents.items) {
        const range = (key as { range?: readonly number[] } | null)?.range
        if (range !== undefined) lines[String(key)] = firstLine - 1 + counter.linePos(range[0] ?? 0).line
      }
    } else if (contents !== null && text.trim() !== '') this.complain(firstLine, 'settings are lines of "name: value"')
    let values: Record<string, unknown> = {}
    if (isMap(contents) && document.errors.length === 0) {
      try {
        values = document.toJS() as Record<string, unknown>
      } catch (error) {
        // An alias without its anchor, or aliases that would unfold without end.
        this.complain(firstLine, error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'cannot be read')
      }
    }
    return new Settings(values, lines, firstLine, (line, message) => this.complain(line, message))
  }

  private empty(id: string): Lesson {
    const eras = [ERA_IDS[0]!]
    return {
      id,
      title: '',
      part: '',
      idea: '',
      level: 'beginner',
      minutes: 1,
      requires: [],
      eras,
      language: 'c',
      noTwin: '',
      twinEras: eras,
      misconception: '',
      sources: [],
      intro: '',
      steps: [],
      twinSteps: [],
    }
  }

  private complain(line: number, message: string): void {
    this.problems.push({ file: FILE, line, message })
  }
}
