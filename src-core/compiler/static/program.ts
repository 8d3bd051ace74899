/** A program's files as the check walks them: parsed, in order of evaluation, with their imports tied together. */

import ts from 'typescript'
import type { SourceFile, SurfaceIndex } from '../contract.ts'
import { CONSTANTS } from './constants.ts'
import { Namespace, Native, Unknown } from './values.ts'
import type { Value, Variable, Env } from './values.ts'

/** One file. */
export interface CheckedFile {
  readonly path: string
  readonly node: ts.SourceFile
}

/** The files that `entry` needs, those it imports first. */
export function collectFiles(
  entry: string,
  files: readonly SourceFile[],
  parse: (file: SourceFile) => ts.SourceFile,
): CheckedFile[] {
  const given = new Map(files.map((file) => [file.path, file]))
  const found: CheckedFile[] = []
  const seen = new Set<string>()
  const visit = (path: string): void => {
    const file = given.get(path)
    if (file === undefined || seen.has(path)) return
    seen.add(path)
    const node = parse(file)
    for (const statement of node.statements) {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue
      const target = statement.moduleSpecifier
      const resolved = target !== undefined && ts.isStringLiteral(target) ? resolve(path, target.text, given) : null
      if (resolved !== null) visit(resolved)
    }
    found.push({ path, node })
  }
  visit(entry)
  return found
}

/** The path that a relative specifier means. */
export function resolve(from: string, specifier: string, files: { has(path: string): boolean }): string | null {
  if (!specifier.startsWith('.')) return null
  const parts = from.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..') {
      if (parts.length > 0 && parts.at(-1) !== '..') parts.pop()
      else parts.push('..')
    } else if (part !== '.') parts.push(part)
  }
  const base = parts.join('/')
  return [base, `${base}.ts`, `${base}/index.ts`, `./${base}`].find((path) => files.has(path)) ?? null
}

/** The value of a surface name. */
function surfaceValue(name: string, surface: SurfaceIndex): Value {
  if (surface.namespaces[name] !== undefined) return new Namespace(name, '')
  return CONSTANTS.get(name) ?? new Native(name)
}

/** Declares what a file imports. */
export function declareImports(
  file: CheckedFile,
  env: Env,
  modules: ReadonlyMap<string, Env>,
  surface: SurfaceIndex,
): void {
  for (const statement of file.node.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue
    const clause = statement.importClause
    if (clause === undefined || clause.isTypeOnly) continue
    const from = statement.moduleSpecifier.text
    const target = resolve(file.path, from, modules)
    const other = target === null ? undefined : modules.get(target)
    const value = (name: string): Variable =>
      other?.find(name) ?? { value: target === null ? surfaceValue(name, surface) : new Unknown(), moved: null }
    if (clause.name !== undefined) env.share(clause.name.text, value('default'))
    const bindings = clause.namedBindings
    if (bindings === undefined) continue
    if (ts.isNamespaceImport(bindings))
      env.declare(bindings.name.text, other === undefined ? new Namespace(from, '') : new Unknown())
    else {
      for (const element of bindings.elements) {
        if (!element.isTypeOnly) env.share(element.name.text, value((element.propertyName ?? element.name).text))
      }
    }
  }
}
