/**
 * The compiler: TypeScript in, two forms of instrumented JavaScript and the places of all sites out (DESIGN §3,
 * TOOLCHAIN §7). TypeScript's parser is used; the text is written by the emit-*.ts files in one pass over the tree,
 * so that types, enums, namespaces and parameter properties go and everything else stays as written.
 * Types are not checked here.
 */

import ts from 'typescript'
import { bind } from './bind.ts'
import { cHints } from './c-habits.ts'
import type { CompiledProgram, CompileError, SourceFile, SurfaceIndex } from './contract.ts'
import type { AnalysedFile } from './emitter.ts'
import { FileErrors } from './file-errors.ts'
import { ImportTable } from './imports.ts'
import { emitUnit, link } from './link.ts'
import type { FileUnit } from './link.ts'
import { NO_PRAGMAS, parsePragmas } from './pragmas.ts'
import { numberSites } from './sites.ts'

/** Names of the surface that make tasks or wait, for a SurfaceIndex that does not list its own. */
const TASKS = ['kthread_run', 'spawn', 'fork', 'request_irq', 'queue_work', 'schedule_work', 'call_rcu', 'kfree_rcu']
const KEPT_FILES = 64

/** A file as it was last, compiled against each surface that was asked for. */
interface KeptFile {
  readonly text: string
  readonly units: Map<SurfaceIndex, FileUnit>
}

/** A compiler that remembers the files it has seen: an edit compiles only what changed, once for each surface. */
export class Compiler {
  private readonly kept = new Map<string, KeptFile>()

  /** Compiles `entry` (a path of `files`) with everything it imports. Never throws for what is in the files. */
  compile(entry: string, files: readonly SourceFile[], surface: SurfaceIndex): CompiledProgram {
    const texts = new Map(files.map((file) => [file.path, file.text]))
    return linkProgram(entry, texts, surface, (path, text) => this.unit(path, text, surface))
  }

  /**
   * Compiles `entry` as if it had changed, a step at a time, and keeps nothing of it: for the sake of the time that it
   * takes the next time.
   */
  *again(entry: string, files: readonly SourceFile[], surface: SurfaceIndex): Generator<undefined, CompiledProgram> {
    const texts = new Map(files.map((file) => [file.path, file.text]))
    const file = yield* analysis(entry, texts.get(entry) ?? '', surface)
    yield
    const fresh = emitUnit(entry, file)
    yield
    return linkProgram(entry, texts, surface, (path, text) => (path === entry ? fresh : this.unit(path, text, surface)))
  }

  private unit(path: string, text: string, surface: SurfaceIndex): FileUnit {
    const known = this.kept.get(path)
    const file = known?.text === text ? known : { text, units: new Map<SurfaceIndex, FileUnit>() }
    let unit = file.units.get(surface)
    if (unit === undefined) file.units.set(surface, (unit = emitUnit(path, analyse(path, text, surface))))
    this.kept.delete(path)
    this.kept.set(path, file)
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT_FILES) break
      this.kept.delete(oldest)
    }
    return unit
  }
}

/** Links a program whose files `unit` compiles. */
function linkProgram(
  entry: string,
  texts: ReadonlyMap<string, string>,
  surface: SurfaceIndex,
  unit: (path: string, text: string) => FileUnit,
): CompiledProgram {
  const unitOf = (path: string): FileUnit | null => {
    const text = texts.get(path)
    return text === undefined ? null : unit(path, text)
  }
  const linked = link(entry, unitOf, surface.tasks ?? TASKS)
  const text = texts.get(entry)
  if (text === undefined) linked.errors.push(missingEntry(entry))
  const { pragmas, errors } = text === undefined ? { pragmas: NO_PRAGMAS, errors: [] } : parsePragmas(entry, text)
  return {
    modules: linked.modules,
    files: linked.files,
    sites: linked.sites,
    interleaved: linked.interleaved,
    rustNames: [...linked.rustNames].sort(),
    pragmas,
    errors: [...errors, ...linked.errors],
  }
}

const shared = new Compiler()

/** Compiles with the compiler that this thread shares. */
export function compile(entry: string, files: readonly SourceFile[], surface: SurfaceIndex): CompiledProgram {
  return shared.compile(entry, files, surface)
}

/** The relative specifiers of a file, so that a host can collect the files of a program. */
export function relativeImports(text: string): { specifier: string; line: number; column: number }[] {
  const found: { specifier: string; line: number; column: number }[] = []
  const sourceFile = parse('', text)
  for (const statement of sourceFile.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue
    const specifier = statement.moduleSpecifier
    if (!specifier || !ts.isStringLiteral(specifier) || !/^\.\.?\//.test(specifier.text)) continue
    const at = sourceFile.getLineAndCharacterOfPosition(specifier.getStart(sourceFile))
    found.push({ specifier: specifier.text, line: at.line + 1, column: at.character + 1 })
  }
  return found
}

function analyse(path: string, text: string, surface: SurfaceIndex): AnalysedFile {
  const steps = analysis(path, text, surface)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

function* analysis(path: string, text: string, surface: SurfaceIndex): Generator<undefined, AnalysedFile> {
  const sourceFile = parse(path, text)
  yield
  const errors = new FileErrors(sourceFile)
  addSyntaxErrors(sourceFile, errors)
  const table = new ImportTable(surface, errors)
  if (errors.list.length > 0) return { ...analyse(path, '', surface), errors }
  const bound = bind(sourceFile, table, errors)
  yield
  return {
    sourceFile,
    bound,
    sites: numberSites(sourceFile, (node) => bound.moving.moves.has(node) || bound.moving.uses.has(node)),
    table,
    errors,
    surface,
    methods: new Set(surface.methods),
  }
}

/** What does not parse. A line that is written as in C says how a snippet writes it, instead of what the parser met. */
function addSyntaxErrors(sourceFile: ts.SourceFile, errors: FileErrors): void {
  const problems = syntaxErrors(sourceFile)
  const lineOf = (position: number): number => sourceFile.getLineAndCharacterOfPosition(position).line + 1
  const broken = new Set(problems.map(({ start }) => lineOf(start)))
  const hints = problems.length === 0 ? [] : cHints(sourceFile.text).filter(({ line }) => broken.has(line))
  const explained = new Set(hints.map(({ line }) => line))
  const found = [
    ...hints.map(({ line, start, end, message }) => {
      const begin = sourceFile.getPositionOfLineAndCharacter(line - 1, 0) - 1
      return { start: begin + start, end: begin + end, message }
    }),
    ...problems
      .filter(({ start }) => !explained.has(lineOf(start)))
      .map(({ start, length, messageText }) => {
        return { start, end: start + length, message: ts.flattenDiagnosticMessageText(messageText, '\n') }
      }),
  ]
  found.sort((x, y) => x.start - y.start)
  for (const { start, end, message } of found) errors.addAt('syntax', message, start, end)
}

function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(
    path,
    text,
    { languageVersion: ts.ScriptTarget.ESNext, impliedNodeFormat: ts.ModuleKind.ESNext },
    true,
    ts.ScriptKind.TS,
  )
}

/** The parser's own errors; the property is not in TypeScript's public types. */
function syntaxErrors(sourceFile: ts.SourceFile): readonly ts.DiagnosticWithLocation[] {
  return (
    (sourceFile as ts.SourceFile & { parseDiagnostics?: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics ?? []
  )
}

function missingEntry(entry: string): CompileError {
  return {
    code: 'import',
    message: `there is no file "${entry}"`,
    file: entry,
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 1,
  }
}
