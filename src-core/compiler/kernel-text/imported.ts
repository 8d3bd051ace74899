/** What a file uses of the other files of its program, as far as C needs it: structs, and results of functions. */
import ts from 'typescript'
import type { SourceFile } from '../contract.ts'
import { cFieldType, cTypeOf, operationsOf, snakeCase } from './c-types.ts'
import type { CScope } from './c-scope.ts'

/** Notes in `scope` what `file` imports from `others`. A file that is not there leaves its names unknown. */
export function noteImported(file: ts.SourceFile, others: readonly SourceFile[], scope: CScope): void {
  for (const node of file.statements) {
    if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) continue
    const from = node.moduleSpecifier.text
    const bindings = node.importClause?.namedBindings
    if (!from.startsWith('.') || bindings === undefined || !ts.isNamedImports(bindings)) continue
    const other = others.find(({ path }) => nameOf(path) === nameOf(from))
    if (other === undefined) continue
    const names = new Set(bindings.elements.map((each) => each.name.text))
    noteExports(ts.createSourceFile(other.path, other.text, ts.ScriptTarget.ESNext, true), names, scope)
  }
}

function noteExports(file: ts.SourceFile, names: ReadonlySet<string>, scope: CScope): void {
  const structs = new Map<string, string>()
  for (const node of file.statements) {
    if (ts.isVariableStatement(node)) {
      for (const each of node.declarationList.declarations) {
        noteStruct(each, structs, scope)
        const { name, initializer } = each
        if (initializer === undefined || !ts.isObjectLiteralExpression(initializer)) continue
        const type = operationsOf(initializer.properties.map((member) => member.name?.getText() ?? ''))
        if (type !== '' && names.has(name.getText())) scope.note(name.getText(), `struct ${type}`)
      }
    } else if (ts.isTypeAliasDeclaration(node)) {
      const view = /^View<typeof (\w+)>$/.exec(node.type.getText(file))?.[1]
      if (view !== undefined) structs.set(node.name.text, structs.get(view) ?? view)
    } else if (ts.isInterfaceDeclaration(node)) structs.set(node.name.text, snakeCase(node.name.text))
  }
  for (const [name, struct] of structs) if (names.has(name)) scope.structs.set(name, struct)
  for (const node of file.statements) {
    if (!ts.isFunctionDeclaration(node) || node.name === undefined || !names.has(node.name.text)) continue
    const result = node.type === undefined ? '' : cTypeOf(node.type.getText(file), structs)
    if (result !== '') scope.noteFunction(node.name.text, result)
  }
}

function noteStruct({ name, initializer }: ts.VariableDeclaration, structs: Map<string, string>, scope: CScope): void {
  if (initializer === undefined || !ts.isCallExpression(initializer) || !ts.isIdentifier(name)) return
  const [title, shape] = initializer.arguments
  if (initializer.expression.getText() !== 'struct' || title === undefined || !ts.isStringLiteralLike(title)) return
  structs.set(name.text, title.text)
  if (shape === undefined || !ts.isObjectLiteralExpression(shape)) return
  for (const field of shape.properties) {
    const type = ts.isPropertyAssignment(field) ? field.initializer : field.name
    if (field.name === undefined || type === undefined || !ts.isExpression(type)) continue
    scope.noteField(title.text, field.name.getText(), cFieldType(type, structs))
  }
}

function nameOf(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(/\.ts$/, '')
}
