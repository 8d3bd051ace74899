/** `pageward lesson list | show ID | check ID FILE | lint DIR`: lessons in a terminal, and for courses that grade. */
import type { Lesson, LessonProblem } from '../../src-core/lessons/lesson.ts'
import { parseLesson } from '../../src-core/lessons/parse.ts'
import { nearestWord } from '../../src-core/base/suggest.ts'
import { LessonDesk, type LessonVerdict } from '../../src-core/protocol/lesson-desk.ts'
import { lintLesson } from '../../src-core/protocol/lesson-lint.ts'
import { jsonText } from '../../src-core/report/json.ts'
import { newSupervisor } from '../core.ts'
import { Exit, UsageError } from '../exit.ts'
import { bundledExamples, bundledLessons, lessonFolders, type LessonFolder } from '../lesson-folders.ts'
import { onlyFormats, type Options } from '../options.ts'
import { errorLine, print } from '../output.ts'
import { readText } from '../program-files.ts'

export async function lesson(options: Options): Promise<Exit> {
  onlyFormats('lesson', options, ['text', 'json'])
  const [action, ...rest] = options.files
  switch (action) {
    case 'list':
      return list(options)
    case 'show':
      return show(rest, options)
    case 'check':
      return check(rest, options)
    case 'lint':
      return lint(rest, options)
    default:
      throw new UsageError(
        `lesson: say list, show ID, check ID FILE or lint DIR${action === undefined ? '' : `, not "${action}"`}`,
      )
  }
}

function list(options: Options): Exit {
  const lessons = bundledLessons().map(parsed)
  if (options.format === 'json') {
    const rows = lessons.map(({ id, title, part, idea, level, minutes, requires, eras, steps }) => {
      return { id, title, part, idea, level, minutes, requires, eras, steps: steps.map(({ kind }) => kind) }
    })
    print(jsonText({ schema: 'pageward.lessons/1', lessons: rows }))
    return Exit.OK
  }
  const width = Math.max(0, ...lessons.map(({ id }) => id.length))
  let part = ''
  for (const each of lessons) {
    if (each.part !== part) print(`${part === '' ? '' : '\n'}${each.part}`)
    part = each.part
    print(`  ${each.id.padEnd(width)}  ${each.title} (${each.level}, ${each.minutes} min)`)
  }
  return Exit.OK
}

function show([id]: readonly string[], options: Options): Exit {
  const folder = find(id, 'show')
  if (options.format === 'json')
    print(jsonText({ schema: 'pageward.lesson/1', ...parsed(folder), files: folder.files }))
  else print(`${folder.files['lesson.md'] ?? ''}\n---- start.ts ----\n\n${folder.files['start.ts'] ?? ''}`)
  return Exit.OK
}

async function check([id, file]: readonly string[], options: Options): Promise<Exit> {
  if (file === undefined) throw new UsageError('lesson check: give the id of a lesson and a file')
  const folder = find(id, 'check')
  const text = readText(file)
  const supervisor = newSupervisor()
  try {
    const definition = parsed(folder)
    const race = definition.steps.find((step) => step.kind === 'race') ?? null
    const verdict = await new LessonDesk(supervisor).check(definition, folder.files, file, text, race)
    return told(folder.id, file, verdict, options)
  } finally {
    supervisor.close()
  }
}

function told(id: string, file: string, verdict: LessonVerdict, options: Options): Exit {
  const { goals, errors, broken } = verdict
  const passed = errors.length === 0 && broken === '' && goals.every(({ reached }) => reached)
  if (options.format === 'json') {
    print(jsonText({ schema: 'pageward.lesson-check/1', lesson: id, program: file, passed, goals, errors }))
  } else {
    for (const { title, reached, feedback } of goals)
      print(`${reached ? 'reached' : 'missing'}  ${title}${reached || feedback === '' ? '' : `\n         ${feedback}`}`)
  }
  for (const { at, message } of errors) errorLine(at.file, at.line, at.column, message)
  if (broken !== '') throw new Error(`the check of lesson ${id} is broken: ${broken}`)
  if (errors.length > 0) return Exit.USAGE
  return passed ? Exit.OK : Exit.FOUND
}

async function lint(paths: readonly string[], options: Options): Promise<Exit> {
  if (paths.length === 0) throw new UsageError('lesson lint: give the folder of a lesson, or one with lessons in it')
  const supervisor = newSupervisor()
  const desk = new LessonDesk(supervisor)
  const results: { lesson: string; problems: LessonProblem[] }[] = []
  try {
    const folders = paths.flatMap(lessonFolders)
    const lessons = [...new Set([...bundledLessons(), ...folders].map(({ id }) => id))]
    for (const { id, path, files } of folders) {
      const found = await lintLesson(id, files, desk, { lessons, examples: bundledExamples() })
      results.push({ lesson: id, problems: found.map((one) => ({ ...one, file: `${path}/${one.file}` })) })
    }
  } finally {
    supervisor.close()
  }
  const problems = results.flatMap((result) => result.problems)
  if (options.format === 'json') print(jsonText({ schema: 'pageward.lesson-lint/1', results }))
  else {
    for (const { file, line, message } of problems) print(`${file}:${line}: ${message}`)
    print(`${results.length} ${results.length === 1 ? 'lesson' : 'lessons'}, ${problems.length} problems`)
  }
  return problems.length === 0 ? Exit.OK : Exit.FOUND
}

function find(id: string | undefined, action: string): LessonFolder {
  const folders = bundledLessons()
  if (id === undefined) throw new UsageError(`lesson ${action}: give the id of a lesson (pageward lesson list)`)
  const found = folders.find((folder) => folder.id === id || folder.id.replace(/^\d+-/, '') === id)
  if (found !== undefined) return found
  const near = nearestWord(
    id,
    folders.map((folder) => folder.id),
  )
  throw new UsageError(
    `lesson ${action}: there is no lesson "${id}"${near === undefined ? '' : `; did you mean ${near}?`}`,
  )
}

/** Throws UsageError with the place if lesson.md is wrong. */
function parsed({ id, path, files }: LessonFolder): Lesson {
  const result = parseLesson(id, files['lesson.md'] ?? '')
  if (result.lesson !== null) return result.lesson
  const [problem] = result.problems
  throw new UsageError(
    `${path}/${problem?.file ?? 'lesson.md'}:${problem?.line ?? 1}: ${problem?.message ?? 'is wrong'}`,
  )
}
