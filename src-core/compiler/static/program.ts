/** A program's files as the check walks them: parsed, in order of evaluation, with their imports tied together. */

import ts from 'typescript'
import type { SourceFile, SurfaceIndex } from '../contract.ts'
import { constantOf } from './constants.ts'
import { Dict, Namespace, Native, Unknown } from './values.ts'
import type { Value, Variable, Env } from './values.ts'
import type { World } from './world.ts'

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
function surfaceValue(name: string, surface: SurfaceIndex, world: World): Value {
  if (surface.namespaces[name] !== undefined) return new Namespace(name, '')
  return constantOf(world, name) ?? new Native(name)
}

/** Declares what a file imports and hands on. */
export function declareImports(
  file: CheckedFile,
  env: Env,
  modules: ReadonlyMap<string, Env>,
  surface: SurfaceIndex,
  world: World,
): void {
  for (const statement of file.node.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue
    const specifier = statement.moduleSpecifier
    if (specifier === undefined || !ts.isStringLiteral(specifier)) continue
    const target = resolve(file.path, specifier.text, modules)
    const other = target === null ? undefined : modules.get(target)
    const variableOf = (name: string): Variable => {
      const known = other?.find(name)
      if (known !== undefined) return known
      return { value: other === undefined ? surfaceValue(name, surface, world) : new Unknown(), moved: null }
    }
    if (ts.isExportDeclaration(statement)) handOn(statement, env, other, variableOf)
    else if (statement.importClause?.isTypeOnly === false) {
      take(statement.importClause, env, other, specifier.text, variableOf)
    }
  }
}

function take(
  clause: ts.ImportClause,
  env: Env,
  other: Env | undefined,
  from: string,
  variableOf: (name: string) => Variable,
): void {
  if (clause.name !== undefined) env.share(clause.name.text, variableOf('default'))
  const bindings = clause.namedBindings
  if (bindings === undefined) return
  if (ts.isNamespaceImport(bindings)) {
    env.declare(bindings.name.text, other === undefined ? new Namespace(from, '') : namespaceOf(other))
    return
  }
  for (const element of bindings.elements) {
    if (!element.isTypeOnly) env.share(element.name.text, variableOf((element.propertyName ?? element.name).text))
  }
}

function handOn(
  statement: ts.ExportDeclaration,
  env: Env,
  other: Env | undefined,
  variableOf: (name: string) => Variable,
): void {
  if (statement.isTypeOnly) return
  if (statement.exportClause === undefined) {
    for (const [name, variable] of other?.entries() ?? []) env.share(name, variable)
  } else if (ts.isNamedExports(statement.exportClause)) {
    for (const element of statement.exportClause.elements) {
      env.share(element.name.text, variableOf((element.propertyName ?? element.name).text))
    }
  }
}

/** `import * as x` of a file: its names as they are after its evaluation. */
function namespaceOf(module: Env): Dict {
  const object = new Dict()
  for (const [name, { value }] of module.entries()) object.fields.set(name, value)
  return object
}
