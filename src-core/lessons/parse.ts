/**
 * Reads lesson.md: YAML front matter, then `## Kind: Title` sections; a section's settings stand in a fenced block
 * named after its kind, what the views show in a block named `look`. Everything wrong is told with its line.
 */
import { isMap, LineCounter, parseDocument } from 'yaml'
import { ERA_IDS } from '../eras/index.ts'
import {
  LEVELS,
  STEP_KINDS,
  type Lesson,
  type LessonProblem,
  type LessonStepDefinition,
  type Level,
  type Look,
  type StepKind,
} from './lesson.ts'

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

/** Settings of a block with the line of each key. */
class Settings {
  private readonly used = new Set<string>()

  constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    private readonly lines: Readonly<Record<string, number>>,
    /** Line of the block. */
    readonly line: number,
    private readonly complain: (line: number, message: string) => void,
  ) {}

  has(key: string): boolean {
    return Object.hasOwn(this.values, key)
  }

  text(key: string, fallback?: string): string {
    const value = this.take(key)
    if (value === undefined || value === null) {
      if (fallback === undefined) this.complain(this.line, `"${key}" is missing`)
      return fallback ?? ''
    }
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return String(value).trim()
    this.complain(this.lineOf(key), `"${key}" takes text`)
    return fallback ?? ''
  }

  list(key: string): readonly string[] {
    const value = this.take(key)
    if (value === undefined || value === null) return []
    const items = Array.isArray(value) ? (value as unknown[]) : [value]
    if (items.every((item) => ['string', 'number', 'boolean'].includes(typeof item))) return items.map(String)
    this.complain(this.lineOf(key), `"${key}" takes a list of texts`)
    return []
  }

  oneOf<T extends string>(key: string, allowed: readonly T[], fallback?: T): T {
    const text = this.text(key, fallback)
    const found = allowed.find((one) => one === text)
    if (found === undefined && text !== '')
      this.complain(this.lineOf(key), `"${key}" is one of ${allowed.join(', ')}, not "${text}"`)
    return found ?? fallback ?? allowed[0]!
  }

  number(key: string, low: number, high: number, fallback?: number): number {
    if (!this.has(key) && fallback !== undefined) return fallback
    const value = Number(this.text(key))
    if (Number.isInteger(value) && value >= low && value <= high) return value
    this.complain(this.lineOf(key), `"${key}" is a whole number from ${low} to ${high}`)
    return low
  }

  lineOf(key: string): number {
    return this.lines[key] ?? this.line
  }

  /** Complains of keys that nobody asked for. */
  close(): void {
    for (const key of Object.keys(this.values))
      if (!this.used.has(key)) this.complain(this.lineOf(key), `there is no setting "${key}" here`)
  }

  private take(key: string): unknown {
    this.used.add(key)
    return this.values[key]
  }
}

interface Block {
  readonly name: string
  readonly line: number
  readonly body: string
}

class Reader {
  readonly problems: LessonProblem[] = []
  private readonly lines: readonly string[]

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
    const lesson: Omit<Lesson, 'intro' | 'steps'> = {
      id,
      title: head.text('title'),
      part: head.text('part'),
      idea: head.text('idea'),
      level: head.oneOf<Level>('level', LEVELS),
      minutes: head.number('minutes', 1, 60),
      requires: head.list('requires'),
      eras: this.eras(head),
    }
    head.close()
    const { intro, sections } = this.sections(end + 1)
    const steps = sections.flatMap((section) => this.step(section))
    if (steps.length === 0) this.complain(this.lines.length, 'a lesson has at least one step: "## Read: …"')
    return { ...lesson, intro, steps }
  }

  private eras(head: Settings): readonly string[] {
    const given = head.list('eras')
    if (given.includes('all')) return ERA_IDS
    for (const era of given)
      if (!ERA_IDS.includes(era)) this.complain(head.lineOf('eras'), `there is no era "${era}" (${ERA_IDS.join(' ')})`)
    return given.length === 0 ? [ERA_IDS[0]!] : given
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

  private step(section: { heading: string; line: number; lines: string[] }): LessonStepDefinition[] {
    const found = /^(\w+):\s*(.+)$/.exec(section.heading)
    const kind = STEP_KINDS.find((one) => one === found?.[1]?.toLowerCase())
    if (found === null || kind === undefined) {
      this.complain(section.line, `a step is headed "## Kind: Title" with a kind of ${STEP_KINDS.join(', ')}`)
      return []
    }
    const { text, blocks } = this.takeBlocks(section.line + 1, section.lines)
    for (const block of blocks)
      if (block.name !== kind && block.name !== 'look')
        this.complain(block.line, `a block "${block.name}" does not belong into a ${kind} step`)
    const own = blocks.find(({ name }) => name === kind)
    if (own === undefined && kind !== 'read')
      this.complain(section.line, `the ${kind} step needs a block \`\`\`${kind}`)
    const base = { title: found[2] ?? '', line: section.line, text, look: this.look(blocks) }
    const settings = this.settings(own?.body ?? '', (own?.line ?? section.line) + 1)
    const step = this.ofKind(kind, base, settings)
    settings.close()
    return [step]
  }

  private ofKind(kind: StepKind, base: Omit<LessonStepDefinition, 'kind'>, settings: Settings): LessonStepDefinition {
    const program = (): string => settings.text('program', 'start.ts')
    switch (kind) {
      case 'read':
        return { ...base, kind }
      case 'predict': {
        const step = {
          ...base,
          kind,
          id: settings.text('id'),
          program: program(),
          question: settings.text('question'),
          options: settings.list('options'),
          answer: settings.text('answer'),
          after: settings.text('after'),
        }
        if (step.options.length > 0 && !step.options.includes(step.answer))
          this.complain(settings.lineOf('answer'), `the answer "${step.answer}" is none of the options`)
        return step
      }
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

  private hints(settings: Settings): readonly string[] {
    const hints = settings.list('hints')
    if (hints.length !== HINTS)
      this.complain(
        settings.lineOf('hints'),
        `give ${HINTS} hints, from a nudge to nearly there (there are ${hints.length})`,
      )
    return hints
  }

  private look(blocks: readonly Block[]): Look | null {
    const block = blocks.find(({ name }) => name === 'look')
    if (block === undefined) return null
    const settings = this.settings(block.body, block.line + 1)
    const look: Look = {
      program: settings.text('program', 'start.ts'),
      at: settings.has('at') ? settings.text('at') : null,
      select: settings.has('select') ? settings.text('select') : null,
      view: settings.has('view') ? settings.oneOf('view', VIEWS) : null,
    }
    settings.close()
    return look
  }

  /** Takes the setting blocks out of a section's lines. */
  private takeBlocks(first: number, lines: readonly string[]): { text: string; blocks: Block[] } {
    const names = new Set<string>([...STEP_KINDS, 'look'])
    const blocks: Block[] = []
    const text: string[] = []
    for (let i = 0; i < lines.length; i++) {
      const name = /^```(\w+)\s*$/.exec(lines[i] ?? '')?.[1] ?? ''
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
      intro: '',
      steps: [],
    }
  }

  private complain(line: number, message: string): void {
    this.problems.push({ file: FILE, line, message })
  }
}
