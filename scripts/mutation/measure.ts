/** Makes, runs and judges the mutants of the correct programs of the corpus and the examples. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { relativeImports } from '../../src-core/compiler/compile.ts'
import type { SourceFile } from '../../src-core/compiler/contract.ts'
import { mutantsOf, type Mutant } from './mutants.ts'
import { runProgram, type Judged } from './run.ts'
import { explain } from './survivors.ts'

export interface Tried {
  readonly program: string
  readonly mutant: Mutant
  /** Codes found; empty: it survived. */
  readonly codes: readonly string[]
  /** Why it survived; empty if it did not. */
  readonly reason: string
}

/** Correct programs: twins of the corpus and examples that expect nothing, by path from the root. */
export function correctPrograms(root: string): string[] {
  const all = ['corpus/diagnoses', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => `${folder}/${String(name).replaceAll('\\', '/')}`)
      .filter((name) => name.endsWith('.ts')),
  )
  return all.filter((name) => /^\/\/ @expect none\b/m.test(readFileSync(join(root, name), 'utf8'))).sort()
}

/** The era that a program is judged in: the first it names. */
function eraOf(text: string): string {
  const first = /^\/\/ @era (\S+)/m.exec(text)?.[1]
  return first === undefined || first === 'all' ? 'v6.12' : first
}

/** A program with what it imports. */
function filesOf(root: string, path: string): SourceFile[] {
  const files: SourceFile[] = []
  const take = (name: string): void => {
    if (files.some((file) => file.path === name)) return
    const text = readFileSync(join(root, name), 'utf8')
    files.push({ path: name, text })
    for (const { specifier } of relativeImports(text)) {
      const target = join(name, '..', specifier).replaceAll('\\', '/')
      take(target.endsWith('.ts') ? target : `${target}.ts`)
    }
  }
  take(path)
  return files
}

/** All mutants of a program, run and judged. Empty if the program itself does not run clean here. */
export function tryProgram(root: string, path: string): Tried[] {
  const files = filesOf(root, path)
  const text = files[0]?.text ?? ''
  const mutants = mutantsOf(path, text)
  const era = eraOf(text)
  const original = mutants.length === 0 ? null : runProgram(files, era)
  if (original === null || original.findings.length > 0) return []
  return mutants.flatMap((mutant) => {
    const judged = runProgram([{ path, text: mutant.text }, ...files.slice(1)], era)
    return judged === null ? [] : [{ program: path, mutant, ...verdict(original, judged, mutant) }]
  })
}

function verdict(original: Judged, judged: Judged, mutant: Mutant): { codes: readonly string[]; reason: string } {
  const codes = [...new Set(judged.findings.map(({ code }) => code))].sort()
  if (codes.length > 0) return { codes, reason: '' }
  if (judged.outcome === 'budget') return { codes: ['(does not end)'], reason: '' }
  return { codes, reason: explain(original, judged, mutant) }
}
