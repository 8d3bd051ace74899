/**
 * The module around the statements, and what TypeScript adds to them: exports, enums, namespaces.
 *
 * Straight: `($R, $S, $M) => { "use strict"; … return $E }`; interleaved: `function* ($R, $S, $M) { … }`, or the call
 * of an arrow that gives it, with lifted functions beside it (emit-lifted.ts). Evaluate the text in parentheses and
 * call the result. `$E` holds the exports as getters: live bindings.
 */

import ts from 'typescript'
import { skipOuter } from './skip-outer.ts'
import { emitClass } from './emit-classes.ts'
import { emitFunctionDeclaration } from './emit-functions.ts'
import { emitImported, emitPropertyName } from './emit-names.ts'
import { emitStatements } from './emit-statements.ts'
import type { Emitter } from './emitter.ts'
import { takenBy } from './moves.ts'
import { hasModifier, moduleIsInstantiated } from './unsupported.ts'

/** Read once: on the namespace it is a getter. */
const { SyntaxKind } = ts

/** `$l(a, b)` gives `a`. */
const IDENTITY = '$l = (x) => x'

/** What a file exports: for the files that import it. */
export interface FileExports {
  readonly values: ReadonlySet<string>
  readonly types: ReadonlySet<string>
  /** Slots of `export * from './x'`. */
  readonly stars: readonly number[]
}

/** The module text of a file, and what it exports. */
export function emitModule(e: Emitter): { text: string; exports: FileExports } {
  const { statements } = e.file.sourceFile
  const { getters, exports } = collectExports(e, statements)
  const stars = exports.stars.map((slot) => ` $R.exportAll($E, $M[${slot}]);`).join('')
  const pairs = [...getters].map(([name, value]) => `${JSON.stringify(name)}: () => ${value}`)
  const exported = pairs.length > 0 ? ` $R.export($E, { ${pairs.join(', ')} });` : ''
  const body = emitStatements(e, statements)
  const start = `const $E = {}; ${e.temps(e.frame)}`
  const inner = `${start}${exported}${emitTaken(e, statements)}${stars}${body}\nreturn $E`
  return { text: e.lifted.length > 0 ? aroundLifted(e, inner) : around(e, inner), exports }
}

function around(e: Emitter, inner: string): string {
  const text = `{ "use strict"; const ${[IDENTITY, ...e.head()].join(', ')}; ${inner} }`
  return e.interleaved ? `function* ($R, $S, $M) ${text}` : `($R, $S, $M) => ${text}`
}

/** The module with its lifted functions beside it: what both use is set at the start of each execution. */
function aroundLifted(e: Emitter, inner: string): string {
  const names = ['$R', '$S', '$M', ...e.head().map((text) => text.slice(0, text.indexOf(' ')))]
  const set = ['$R = $v_0', '$S = $v_1', '$M = $v_2', ...e.head()].join('; ')
  const text = `return function* ($v_0, $v_1, $v_2) { ${set}; ${inner} }`
  return `(() => { "use strict"; const ${IDENTITY}; let ${names.join(', ')}; ${text}${e.lifted.join('')}\n})()`
}

/** What the functions that a file exports take over from their callers, for the files that call them. */
function emitTaken(e: Emitter, statements: readonly ts.Statement[]): string {
  if (!e.file.table.hasOwners) return ''
  const taken: string[] = []
  for (const statement of statements) {
    if (!hasModifier(statement, SyntaxKind.ExportKeyword)) continue
    for (const { name, node } of functionsOf(statement)) {
      const types = takenBy(node)
      if (types !== null) taken.push(`${JSON.stringify(name)}: ${JSON.stringify(types)}`)
    }
  }
  if (taken.length === 0) return ''
  return ` Object.defineProperty($E, "$takes", { value: { ${taken.join(', ')} } });`
}

function functionsOf(statement: ts.Statement): { name: string; node: ts.SignatureDeclaration }[] {
  if (ts.isFunctionDeclaration(statement))
    return statement.name === undefined ? [] : [{ name: statement.name.text, node: statement }]
  if (!ts.isVariableStatement(statement)) return []
  return statement.declarationList.declarations.flatMap(({ name, initializer }) => {
    const value = initializer === undefined ? undefined : skipOuter(initializer)
    const isFunction = value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value))
    return isFunction && ts.isIdentifier(name) ? [{ name: name.text, node: value }] : []
  })
}

interface Collected {
  readonly getters: Map<string, string>
  readonly exports: { values: Set<string>; types: Set<string>; stars: number[] }
}

function collectExports(e: Emitter, statements: readonly ts.Statement[]): Collected {
  const getters = new Map<string, string>()
  const exports = { values: new Set<string>(), types: new Set<string>(), stars: [] as number[] }
  const value = (name: string, text: string): void => {
    getters.set(name, text)
    exports.values.add(name)
  }
  for (const statement of statements) {
    if (ts.isExportDeclaration(statement)) collectReexports(e, statement, value, exports)
    else if (ts.isExportAssignment(statement)) value('default', '$default')
    else if (hasModifier(statement, SyntaxKind.ExportKeyword)) {
      const isDefault = hasModifier(statement, SyntaxKind.DefaultKeyword)
      for (const name of declaredNames(statement)) {
        if (typeof name !== 'string') exports.types.add(isDefault ? 'default' : name.type)
        else value(isDefault ? 'default' : name, name)
      }
    }
  }
  return { getters, exports }
}

function collectReexports(
  e: Emitter,
  node: ts.ExportDeclaration,
  value: (name: string, text: string) => void,
  exports: Collected['exports'],
): void {
  const { table } = e.file
  const clause = node.exportClause
  const source =
    node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)
      ? table.source(node.moduleSpecifier, false)
      : undefined
  if (source === null) return
  if (!clause) {
    if (typeof source === 'number') exports.stars.push(source)
    else if (source !== undefined) {
      for (const [name, kind] of Object.entries(e.file.surface.modules[source] ?? {})) {
        if (kind !== 'type') value(name, emitImported(e, { from: 'surface', name, key: table.key(source, name), kind }))
      }
    }
    return
  }
  if (ts.isNamespaceExport(clause)) {
    if (source !== undefined) value(clause.name.text, emitImported(e, table.whole(source, node.isTypeOnly)))
    return
  }
  for (const element of clause.elements) {
    const inner = (element.propertyName ?? element.name).text
    const outer = element.name.text
    const typeOnly = node.isTypeOnly || element.isTypeOnly
    if (source !== undefined) {
      const imported = table.named(source, inner, element, typeOnly)
      const isType = typeOnly || (imported.from === 'surface' && imported.kind === 'type')
      if (isType) exports.types.add(outer)
      else value(outer, emitImported(e, imported))
      continue
    }
    const binding = e.scope.names.get(inner)
    if (typeOnly || !binding) exports.types.add(outer)
    else
      value(
        outer,
        e.file.bound.imports.has(binding)
          ? emitImported(e, e.file.bound.imports.get(binding) ?? { from: 'nowhere' })
          : inner,
      )
  }
}

/** Names that a statement declares; types as `{ type }`. */
function declaredNames(node: ts.Statement): (string | { type: string })[] {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return [{ type: node.name.text }]
  const declared = hasModifier(node, SyntaxKind.DeclareKeyword)
  if (ts.isVariableStatement(node)) {
    const names = node.declarationList.declarations.flatMap((declaration) => patternNames(declaration.name))
    return declared ? names.map((type) => ({ type })) : names
  }
  if (ts.isModuleDeclaration(node)) return moduleIsInstantiated(node) ? [node.name.text] : [{ type: node.name.text }]
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node)) {
    const name = node.name?.text ?? '$default'
    return declared || (ts.isFunctionDeclaration(node) && !node.body) ? [{ type: name }] : [name]
  }
  return []
}

function patternNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text]
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? patternNames(element.name) : []))
}

/** `export default …`. */
export function emitExportAssignment(e: Emitter, node: ts.ExportAssignment): string {
  return `const $default = ${e.emit(node.expression)};`
}

/** An enum: an object that later blocks of the same name add to. */
export function emitEnum(e: Emitter, node: ts.EnumDeclaration): string {
  if (hasModifier(node, SyntaxKind.DeclareKeyword)) return ''
  const name = node.name.text
  return e.inScope(node, () => {
    let previous: string | null = null
    const members = node.members.map((member) => {
      const key = ts.isIdentifier(member.name) ? JSON.stringify(member.name.text) : emitPropertyName(e, member.name)
      const init: string = member.initializer
        ? e.straight(() => e.emit(member.initializer ?? member))
        : previous === null
          ? '0'
          : `${name}[${previous}] + 1`
      previous = key
      return ` $R.enumMember(${name}, ${key}, ${init});`
    })
    return `var ${name} = ((${name}) => {${members.join('')} return ${name} })(${name} ?? {});`
  })
}

/** A namespace: an object whose members are getters of what its body exports. */
export function emitNamespace(e: Emitter, node: ts.ModuleDeclaration): string {
  if (!moduleIsInstantiated(node) || !node.body) return ''
  const { body } = node
  const name = node.name.text
  const other = e.scope.names.get(name)
  return e.inScope(node, () => {
    const frame = e.newFrame(true)
    const text = e.inFrame(frame, e.generator, () => {
      if (ts.isModuleBlock(body)) return emitStatements(e, body.statements)
      return ts.isModuleDeclaration(body) ? emitNamespace(e, body) : ''
    })
    const statements = ts.isModuleBlock(body) ? body.statements : []
    const { getters } = collectExports(e, statements)
    if (ts.isModuleDeclaration(body) && ts.isIdentifier(body.name)) getters.set(body.name.text, body.name.text)
    const pairs = [...getters].map(([key, value]) => `${JSON.stringify(key)}: () => ${value}`).join(', ')
    const inner = `{ ${e.temps(frame)} $R.export(${'$E'}, { ${pairs} });${text}\nreturn $E }`
    const run = e.generator ? `yield* (function* ($E) ${inner})` : `(($E) => ${inner})`
    const declare = other && other.kind !== 'namespace' && other.kind !== 'enum' ? '' : `var ${name} = `
    return `${declare}${run}(${name} ?? {});`
  })
}

/** Declarations that the dispatcher hands over. */
export function emitDeclaration(e: Emitter, node: ts.Node): string | null {
  switch (node.kind) {
    case SyntaxKind.ImportDeclaration:
    case SyntaxKind.ExportDeclaration:
    case SyntaxKind.InterfaceDeclaration:
    case SyntaxKind.TypeAliasDeclaration:
    case SyntaxKind.ImportEqualsDeclaration:
      return ''
    case SyntaxKind.ExportAssignment:
      return emitExportAssignment(e, node as ts.ExportAssignment)
    case SyntaxKind.EnumDeclaration:
      return emitEnum(e, node as ts.EnumDeclaration)
    case SyntaxKind.ModuleDeclaration:
      return emitNamespace(e, node as ts.ModuleDeclaration)
    case SyntaxKind.FunctionDeclaration:
      return emitFunctionDeclaration(e, node as ts.FunctionDeclaration)
    case SyntaxKind.ClassDeclaration:
      return hasModifier(node, SyntaxKind.DeclareKeyword) ? '' : emitClass(e, node as ts.ClassDeclaration)
  }
  return null
}
