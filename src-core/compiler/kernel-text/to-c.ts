/**
 * A snippet as it would be typed in a kernel tree, in C: includes, struct definitions, functions, and its top level as
 * the module's init function (`insmod` runs it here as well). A reading aid, made from the syntax alone: nothing is
 * compiled. What C cannot say is kept as a comment that says so.
 */
import ts from 'typescript'
import type { SourceFile } from '../contract.ts'
import { declared } from './declared.ts'
import { CStatements } from './c-statements.ts'
import { cTypeOf, operationsOf } from './c-types.ts'
import { noteImported } from './imported.ts'
import { withoutModuleNames } from './module-names.ts'
import { asWritten, commentsBefore } from './printed-text.ts'

/** `others`: the other files of the program, for what is imported from them. */
export function toC(path: string, text: string, others: readonly SourceFile[] = []): string {
  const plain = withoutModuleNames(path, text)
  const file = ts.createSourceFile(path, plain, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS)
  const statements = new CStatements(file)
  const module = (path.split('/').at(-1) ?? 'driver').replace(/\.ts$/, '').replaceAll(/\W+/g, '_')
  const includes = includesOf(file)
  const structs: string[] = []
  const macros: string[] = []
  const globals: string[] = []
  const functions: string[] = []
  /** What the init function does: statements, and assignments that are written already. */
  const body: (ts.Node | string)[] = []
  let exit: ts.Expression | null = null
  const shared = namesInFunctions(file)
  noteImported(file, others, statements)
  // Functions and structures of callbacks are used above their definition too.
  for (const node of file.statements) {
    if (ts.isVariableStatement(node))
      for (const { name, initializer } of node.declarationList.declarations)
        if (initializer !== undefined && operations(initializer) !== '')
          statements.note(name.getText(file), `struct ${operations(initializer)}`)
    if (ts.isFunctionDeclaration(node) && node.name !== undefined && node.type !== undefined)
      statements.noteFunction(node.name.text, cTypeOf(node.type.getText(file), statements.structs))
  }

  for (const node of file.statements) {
    if (ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isExportDeclaration(node)) continue
    if (ts.isTypeAliasDeclaration(node)) {
      const view = /^View<typeof (\w+)>$/.exec(node.type.getText(file))?.[1]
      if (view !== undefined) statements.structs.set(node.name.text, statements.structs.get(view) ?? view)
      continue
    }
    if (ts.isFunctionDeclaration(node)) {
      const name = node.name?.text ?? 'anonymous'
      const made = statements.functionText(name, node, !isExported(node))
      functions.push(...statements.takeHoisted(), made)
      continue
    }
    if (ts.isClassDeclaration(node)) {
      functions.push(`/* not in C: class ${node.name?.text ?? ''} (${asWritten(node, file)}) */`)
      continue
    }
    const exiting = exitOf(node)
    if (exiting !== null) {
      exit = exiting
      continue
    }
    if (!ts.isVariableStatement(node)) {
      body.push(node)
      continue
    }
    for (const each of node.declarationList.declarations) {
      const { initializer } = each
      const name = each.name.getText(file)
      if (initializer !== undefined && isStruct(initializer)) structs.push(statements.structure(name, initializer))
      else if (initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))) {
        const made = statements.functionText(name, initializer, !isExported(node))
        functions.push(...statements.takeHoisted(), made)
      } else if (initializer !== undefined && isConstant(initializer) && /^[A-Z][A-Z0-9_]*$/.test(name)) {
        statements.note(name, statements.typeOfValue(initializer))
        macros.push(statements.macro(node, name, initializer))
      } else if (initializer !== undefined && operations(initializer) !== '') {
        const type = `struct ${operations(initializer)}`
        const isMisc = type === 'struct miscdevice'
        const value = statements.write(initializer).replace('{', isMisc ? '{ .minor = MISC_DYNAMIC_MINOR,' : '{')
        functions.push(
          ...statements.takeHoisted(),
          `${isExported(node) ? '' : 'static '}${isMisc ? '' : 'const '}${type} ${name} = ${value};`,
        )
      } else if (shared.has(name)) {
        const declaration = statements.declaration(each).replace(/^__auto_type /, 'void *')
        const isSaid = declaration.startsWith('/*')
        const made = isSaid ? declaration : `${isExported(node) ? '' : 'static '}${declaration};`
        // C wants a constant here; a call happens in the init function.
        const [left = '', ...value] = made.split(' = ')
        const isCall = initializer !== undefined && holdsCall(initializer) && value.length > 0
        globals.push(...statements.takeHoisted(), isCall ? `${left};` : made)
        if (isCall) body.push(`${name} = ${value.join(' = ')}`)
      } else if (body.at(-1) !== node) body.push(node)
    }
  }

  const head = `static int __init ${module}_init(void)`
  const init = body.length === 0 ? '' : statements.around(head, body, 'return 0;')
  const inits = statements.takeHoisted()
  const exits = exit === null ? [] : exitFunction(statements, module, exit)
  const ends = [init === '' ? '' : `module_init(${module}_init);`, exit === null ? '' : `module_exit(${module}_exit);`]
  const intro = introOf(file)
  const parts = [
    intro,
    includes.join('\n'),
    macros.join('\n'),
    structs.join('\n\n'),
    globals.join('\n'),
    prototypesOf(functions).join('\n'),
    functions.join('\n\n'),
  ]
  parts.push(inits.join('\n\n'), init, exits.join('\n\n'), ends.filter((each) => each !== '').join('\n'))
  parts.push(init === '' ? '' : 'MODULE_LICENSE("GPL");')
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function exitFunction(statements: CStatements, module: string, exit: ts.Expression): string[] {
  const head = `static void __exit ${module}_exit(void)`
  if (!ts.isArrowFunction(exit) && !ts.isFunctionExpression(exit))
    return [statements.around(head, [`${exit.getText()}();`], '')]
  const { body } = exit
  const made = statements.around(head, ts.isBlock(body) ? body.statements : [`${statements.write(body)};`], '')
  return [...statements.takeHoisted(), made]
}

function introOf(file: ts.SourceFile): string {
  const [first] = file.statements
  if (first === undefined || !ts.isImportDeclaration(first)) return ''
  const lines = commentsBefore(file, first).flatMap((each) =>
    each.filter((line, at) => line !== '' || at + 1 < each.length),
  )
  return lines.length === 0 ? '' : ['/*', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'].join('\n')
}

function includesOf(file: ts.SourceFile): string[] {
  const headers = new Set<string>()
  const others: string[] = []
  for (const node of file.statements) {
    if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) continue
    const module = node.moduleSpecifier.text
    const bindings = node.importClause?.namedBindings
    const names = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements.map((e) => e.name.text) : []
    if (module.startsWith('.')) others.push(`#include "${module.replace(/^\.\//, '').replace(/\.ts$/, '')}.h"`)
    else if (module === 'linux')
      for (const name of names) {
        const from = declared(name)?.module ?? ''
        if (from.startsWith('linux/')) headers.add(from)
      }
    else if (module.startsWith('linux/')) headers.add(module)
    else if (module === 'user') others.push(`/* of user space, libc has: ${names.join(', ')} */`)
    else if (module === 'sim') others.push(`/* the simulator's own, no kernel has it: ${names.join(', ')} */`)
    else others.push(`/* the Rust surface, see the Rust text: ${names.join(', ')} */`)
  }
  return [...[...headers].sort().map((header) => `#include <${header}.h>`), ...others]
}

/** Names of the top level that functions of the file read. */
function namesInFunctions(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>()
  const inside = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text)
    node.forEachChild(inside)
  }
  const outside = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) inside(node)
    else node.forEachChild(outside)
  }
  outside(file)
  return names
}

function holdsCall(node: ts.Node): boolean {
  if (ts.isCallExpression(node)) return !(ts.isIdentifier(node.expression) && node.expression.text === 'shared')
  if (ts.isFunctionLike(node)) return false
  return node.forEachChild((each) => holdsCall(each) || undefined) ?? false
}

/** `int f(void);` for each function that one above it calls. */
function prototypesOf(functions: readonly string[]): string[] {
  const heads = functions.map((text) =>
    /^(?!\/\*| \*)(?:static )?(?:[\w *]+?)\b(\w+)\([^{;]*\)$/m.exec(text.split('\n{')[0] ?? ''),
  )
  return heads.flatMap((head, at) => {
    const name = head?.[1]
    if (head === null || name === undefined) return []
    const isAbove = functions.slice(0, at).some((text) => new RegExp(`\\b${name}\\(|= ${name}\\b`).test(text))
    return isAbove ? [`${head[0].replaceAll(/\s+/g, ' ')};`] : []
  })
}

/** A number that the preprocessor can have: literals and other constants, counted together. */
function isConstant(node: ts.Expression): boolean {
  if (ts.isNumericLiteral(node) || ts.isBigIntLiteral(node)) return true
  if (ts.isIdentifier(node)) return /^_*[A-Z][A-Z0-9_]*$/.test(node.text)
  if (ts.isParenthesizedExpression(node)) return isConstant(node.expression)
  if (ts.isPrefixUnaryExpression(node)) return isConstant(node.operand)
  if (ts.isBinaryExpression(node)) return isConstant(node.left) && isConstant(node.right)
  const sizes = ts.isCallExpression(node) && ts.isIdentifier(node.expression) ? node.expression.text : ''
  return sizes === 'sizeof'
}

/** The kernel's structure of callbacks that an object of the top level is; empty if it is none. */
function operations(node: ts.Expression): string {
  if (!ts.isObjectLiteralExpression(node)) return ''
  return operationsOf(node.properties.map((each) => each.name?.getText() ?? ''))
}

function isStruct(node: ts.Expression): node is ts.CallExpression {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'struct'
}

function isExported(node: ts.FunctionDeclaration | ts.VariableStatement): boolean {
  return node.modifiers?.some((each) => each.kind === ts.SyntaxKind.ExportKeyword) ?? false
}

/** The argument of `module_exit(…)`, if the statement is one. */
function exitOf(node: ts.Statement): ts.Expression | null {
  if (!ts.isExpressionStatement(node) || !ts.isCallExpression(node.expression)) return null
  const { expression, arguments: args } = node.expression
  return ts.isIdentifier(expression) && expression.text === 'module_exit' ? (args[0] ?? null) : null
}
