/**
 * Programs that are right, and what the static check says of them: nothing, not even that something is possible. They
 * are the solutions of the lessons in the eras of their lesson, the programs of the examples in each era for which they
 * expect no diagnosis (one that is wrong in another era may be warned of), the drivers of corpus/drivers, and the files
 * that these import. Where the
 * check and a run disagree the run is right, and the runs of these programs are clean.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ERA_IDS } from '../../eras/index.ts'
import { SURFACE_INDEX } from '../../surface/generated/index.ts'
import { relativeImports } from '../compile.ts'
import type { SourceFile } from '../contract.ts'
import { parsePragmas } from '../pragmas.ts'
import { checkOwnership } from './check.ts'

const ROOT = new URL('../../../', import.meta.url).pathname
const LESSONS = 'examples/lessons'
const DRIVERS = 'examples/drivers'
const RIGHT_DRIVERS = 'corpus/drivers'

const text = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8')
const folders = (path: string): string[] =>
  readdirSync(`${ROOT}${path}`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()

function program(path: string): SourceFile[] {
  const files: SourceFile[] = [{ path, text: text(path) }]
  for (const file of files) {
    for (const { specifier } of relativeImports(file.text)) {
      const base = posix.join(posix.dirname(file.path), specifier)
      const found = [base, `${base}.ts`].find((one) => one.endsWith('.ts') && existsSync(`${ROOT}${one}`))
      if (found === undefined || files.some((one) => one.path === found)) continue
      files.push({ path: found, text: text(found) })
    }
  }
  return files
}

/** What the check reports, as `era: code file:line`. */
function told(path: string, eras: readonly string[], only: 'all' | 'errors' = 'all'): string[] {
  const files = program(path)
  return eras.flatMap((era) =>
    checkOwnership(path, files, SURFACE_INDEX, { era })
      .filter(({ severity }) => only === 'all' || severity === 'error')
      .map(({ code, at }) => `${era}: ${code} ${at.file}:${at.line}`),
  )
}

/** The eras that a lesson is about, from the head of its text. */
function erasOfLesson(lesson: string): string[] {
  const list = /^eras: \[(.*)\]$/m.exec(text(`${LESSONS}/${lesson}/lesson.md`))?.[1] ?? ''
  return list.split(',').map((era) => era.trim())
}

/** The eras for which a program of the examples expects nothing; a file that expects nothing at all is a library. */
function rightEras(path: string): string[] {
  const { expect: expected, eras } = parsePragmas(path, text(path)).pragmas
  const own = eras === null || eras.includes('all') ? ERA_IDS : eras
  return own.filter((era) => (expected ?? []).every((one) => one.eras !== null && !one.eras.includes(era)))
}

/** True if a program expects nothing in any era: a mistake of tomorrow is told today, as a warning. */
function isRight(path: string): boolean {
  return (parsePragmas(path, text(path)).pragmas.expect ?? []).length === 0
}

describe('the static check, on programs that are right', () => {
  it.each(folders(LESSONS))('says nothing of the solution of lesson %s', (lesson) => {
    const eras = erasOfLesson(lesson)
    expect(eras.every((era) => ERA_IDS.includes(era))).toBe(true)
    expect(told(`${LESSONS}/${lesson}/solution.ts`, eras)).toEqual([])
  })

  it.each(folders(DRIVERS))(
    'says nothing of the files of %s that are right',
    (folder) => {
      const files = readdirSync(`${ROOT}${DRIVERS}/${folder}`).filter((name) => /(?<!\.test)\.ts$/.test(name))
      const found = files.flatMap((name) => {
        const path = `${DRIVERS}/${folder}/${name}`
        const eras = rightEras(path)
        return told(path, eras, isRight(path) ? 'all' : 'errors')
      })
      expect(found).toEqual([])
    },
    180_000,
  )

  it('says nothing of the drivers of the corpus, which are all right in the eras that were released', () => {
    const files = readdirSync(`${ROOT}${RIGHT_DRIVERS}`).map((name) => `${RIGHT_DRIVERS}/${name}`)
    const eras = (path: string): string[] => rightEras(path).filter((era) => era !== 'memdesc')
    expect(files.flatMap((path) => told(path, eras(path)))).toEqual([])
  }, 60_000)

  it('knows that a reference keeps a page of vmalloc memory, while the era counts', () => {
    const path = `${LESSONS}/43-reviewing-a-patch/start.ts`
    expect(told(path, ['v6.18'])).toEqual([])
    expect(told(path, ['memdesc'])).toEqual([`memdesc: memdesc-breaks-tomorrow ${path}:11`])
  })

  it('knows that a reference keeps large kmalloc memory, while the era counts', () => {
    const path = `${LESSONS}/41-the-same-driver-in-four-eras/start.ts`
    expect(told(path, ['v6.12', 'v6.14'])).toEqual([])
    expect(told(path, ['v6.17'])).toContain(`v6.17: slab-use-after-free ${path}:12`)
  })
})
