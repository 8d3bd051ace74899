/**
 * From analysed files to a program: which file imports which, evaluation order, cycles, names that do not exist, and
 * the final text of each module with its sites counted from the program's.
 */

import type ts from 'typescript'
import type { CompiledModule, CompileError, Site } from './contract.ts'
import { didYouMean } from './did-you-mean.ts'
import { emitFile } from './emit.ts'
import type { FileExports } from './emit-modules.ts'
import type { AnalysedFile } from './emitter.ts'
import { MARKS } from './emitted-text.ts'

/** A file that was analysed and emitted; kept while its text stays the same. */
export interface FileUnit {
  readonly path: string
  readonly file: AnalysedFile
  /** Null until a program that runs straight has the file. */
  straight: string | null
  readonly interleaved: string
  readonly exports: FileExports
  readonly errors: readonly CompileError[]
  /** Linked texts by offset of the file's sites: the last one. */
  linked: { offset: number; straight: LinkedText | null; interleaved: LinkedText } | null
}

interface LinkedText {
  readonly text: string
  readonly lines: readonly number[]
}

const NO_TEXT: LinkedText = { text: '', lines: [] }

/** Emits a file in the interleaved form. The straight one follows when a program needs it. */
export function emitUnit(path: string, file: AnalysedFile): FileUnit {
  const emitted = file.errors.list.length === 0 ? emitFile(file, true) : null
  const isBroken = emitted === null || file.errors.list.length > 0
  return {
    path,
    file,
    straight: isBroken ? '' : null,
    interleaved: isBroken ? '' : emitted.text,
    exports: emitted?.exports ?? { values: new Set<string>(), types: new Set<string>(), stars: [] },
    errors: file.errors.list,
    linked: null,
  }
}

/** A linked program without its pragmas. */
export interface Linked {
  readonly modules: CompiledModule[]
  readonly files: string[]
  readonly sites: Site[]
  readonly errors: CompileError[]
  /** Whether it imports one of the names that make tasks or wait. */
  readonly interleaved: boolean
  readonly rustNames: ReadonlySet<string>
}

const NO_PLACE: Site = {
  file: 0,
  line: 0,
  column: 0,
  endLine: 0,
  endColumn: 0,
  text: '',
  callee: '',
  assigned: null,
  receiver: null,
  args: [],
  within: null,
}

/**
 * Links the entry with everything it reaches. `unit` gives the unit of a path, `null` if there is no such file. A
 * program that imports one of the names `tasks` is never run straight: it has no text of that form.
 */
export function link(entry: string, unit: (path: string) => FileUnit | null, tasks: readonly string[]): Linked {
  const linker = new Linker(unit)
  linker.visit(entry)
  return linker.finish(tasks)
}

class Linker {
  private readonly order: FileUnit[] = []
  private readonly targets = new Map<FileUnit, (FileUnit | null)[]>()
  private readonly open: FileUnit[] = []
  private readonly errors: CompileError[] = []

  constructor(private readonly unit: (path: string) => FileUnit | null) {}

  visit(path: string): FileUnit | null {
    const unit = this.unit(path)
    if (!unit || this.targets.has(unit)) return unit
    const targets: (FileUnit | null)[] = []
    this.targets.set(unit, targets)
    this.open.push(unit)
    for (const slot of unit.file.table.slots) {
      const target = this.find(path, slot.specifier)
      targets.push(target)
      if (!target) this.report(unit, slot.node, `there is no file "${slot.specifier}" beside this one`)
      else if (this.open.includes(target) && slot.evaluated) {
        const names = [...this.open.slice(this.open.indexOf(target)), target].map((file) => file.path)
        this.report(unit, slot.node, `these files import each other in a circle: ${names.join(' → ')}`)
      } else this.visit(target.path)
    }
    this.open.pop()
    this.order.push(unit)
    return unit
  }

  private find(from: string, specifier: string): FileUnit | null {
    for (const candidate of candidatePaths(from, specifier)) {
      const found = this.unit(candidate)
      if (found) return found
    }
    return null
  }

  private report(unit: FileUnit, node: ts.Node, message: string): void {
    const { sourceFile } = unit.file
    const from = sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile))
    const to = sourceFile.getLineAndCharacterOfPosition(node.end)
    this.errors.push({
      code: 'import',
      message,
      file: unit.path,
      line: from.line + 1,
      column: from.character + 1,
      endLine: to.line + 1,
      endColumn: to.character + 1,
    })
  }

  private names(unit: FileUnit, seen = new Set<FileUnit>()): Set<string> {
    const names = new Set([...unit.exports.values, ...unit.exports.types])
    seen.add(unit)
    for (const slot of unit.exports.stars) {
      const target = this.targets.get(unit)?.[slot]
      if (target && !seen.has(target)) for (const name of this.names(target, seen)) names.add(name)
    }
    return names
  }

  finish(tasks: readonly string[]): Linked {
    const modules: CompiledModule[] = []
    const sites: Site[] = [NO_PLACE]
    const interleaved = this.order.some(({ file }) => tasks.some((name) => file.table.surfaceNames.has(name)))
    const rustNames = new Set<string>()
    for (const [index, unit] of this.order.entries()) {
      this.errors.push(...unit.errors)
      const targets = this.targets.get(unit) ?? []
      if (unit.errors.length === 0) {
        for (const wanted of unit.file.table.wanted) {
          const target = targets[wanted.slot]
          if (!target || target.errors.length > 0) continue
          const names = this.names(target)
          if (!names.has(wanted.name))
            this.report(
              unit,
              wanted.node,
              `"${target.path}" exports no "${wanted.name}"${didYouMean(wanted.name, names)}`,
            )
        }
      }
      for (const name of unit.file.table.rustNames) rustNames.add(name)
      const offset = sites.length - 1
      for (const site of unit.file.sites.list) sites.push(index === site.file ? site : { ...site, file: index })
      const linked = linkedAt(unit, offset)
      const straight = interleaved ? NO_TEXT : (linked.straight ??= straightOf(unit, offset))
      modules.push({
        path: unit.path,
        straight: straight.text,
        interleaved: linked.interleaved.text,
        imports: targets.map((target) => (target ? this.order.indexOf(target) : -1)),
        straightLines: straight.lines,
        interleavedLines: linked.interleaved.lines,
      })
    }
    return { modules, files: this.order.map((unit) => unit.path), sites, errors: this.errors, interleaved, rustNames }
  }
}

/** The linked texts of a unit whose sites follow `offset` others. */
function linkedAt(unit: FileUnit, offset: number): NonNullable<FileUnit['linked']> {
  if (unit.linked?.offset !== offset) {
    unit.linked = { offset, straight: null, interleaved: resolveMarks(unit.interleaved, offset) }
  }
  return unit.linked
}

function straightOf(unit: FileUnit, offset: number): LinkedText {
  unit.straight ??= emitFile(unit.file, false).text
  return resolveMarks(unit.straight, offset)
}

/** Paths that a relative specifier may mean, best first. */
export function candidatePaths(from: string, specifier: string): string[] {
  const slash = from.lastIndexOf('/')
  const parts = slash < 0 ? [] : from.slice(0, slash).split('/')
  for (const part of specifier.split('/')) {
    if (part === '' || part === '.') continue
    const last = parts[parts.length - 1]
    if (part !== '..') parts.push(part)
    else if (last === undefined || last === '..') parts.push('..')
    else parts.pop()
  }
  const base = parts.join('/')
  const typed = /\.js$/.test(base) ? [base.replace(/\.js$/, '.ts')] : []
  return [base, `${base}.ts`, ...typed, `${base}/index.ts`]
}

/** Replaces the marks: sites by their numbers in the program, line marks by entries of the line table. */
function resolveMarks(marked: string, offset: number): LinkedText {
  const lines: number[] = []
  const parts: string[] = []
  let line = 1
  let column = 1
  let position = 0
  const take = (end: number): void => {
    if (end > position) parts.push(marked.slice(position, end))
    column += end - position
  }
  for (const match of marked.matchAll(MARKS)) {
    const at = match.index
    if (match[1] !== undefined) {
      take(at)
      lines.push(line, column, Number(match[1]))
    } else if (match[2] !== undefined) {
      take(at)
      const site = String(Number(match[2]) + offset)
      parts.push(site)
      column += site.length
    } else {
      take(at + 1)
      line++
      column = 1
    }
    position = at + match[0].length
  }
  take(marked.length)
  return { text: parts.join(''), lines }
}
