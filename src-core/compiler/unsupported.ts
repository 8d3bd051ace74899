/** What snippets cannot use, each with what to write instead. Also small questions about declarations. */

import ts from 'typescript'
import { earlyError } from './early-errors.ts'
import type { FileErrors } from './file-errors.ts'

/** Read once: on the namespace it is a getter. */
const { SyntaxKind } = ts

const RESERVED = /^\$(R|S|M|E|l|t|f|e|pt|pf|default|u\d+|x\d+|px\d+|[gsmvn]_.*)$/

/** True if a declaration has a modifier. */
export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false)
}

/** True for `using` (and `await using`) declarations. */
export function isUsing(list: ts.VariableDeclarationList): boolean {
  const kind = list.flags & ts.NodeFlags.BlockScoped
  return kind === ts.NodeFlags.Using || kind === ts.NodeFlags.AwaitUsing
}

/** True if a namespace exists at run time: it holds something other than types. */
export function moduleIsInstantiated(node: ts.ModuleDeclaration): boolean {
  if (hasModifier(node, SyntaxKind.DeclareKeyword) || !node.body || !ts.isIdentifier(node.name)) return false
  if (ts.isModuleDeclaration(node.body)) return moduleIsInstantiated(node.body)
  if (!ts.isModuleBlock(node.body)) return false
  return node.body.statements.some((statement) => {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return false
    if (ts.isModuleDeclaration(statement)) return moduleIsInstantiated(statement)
    return !hasModifier(statement, SyntaxKind.DeclareKeyword)
  })
}

/** Reports a node that snippets cannot use. `functions` are the functions (and field initialisers) around it. */
export function rejectUnsupported(node: ts.Node, errors: FileErrors, functions: readonly ts.Node[]): void {
  const early = earlyError(node)
  if (early !== null) errors.add('syntax', early, node)
  const message = unsupported(node, functions)
  if (message !== null) errors.add(message.startsWith('!') ? 'syntax' : 'unsupported', message.replace(/^!/, ''), node)
}

function unsupported(node: ts.Node, functions: readonly ts.Node[]): string | null {
  if (ts.canHaveDecorators(node) && ts.getDecorators(node))
    return 'decorators are not supported; call a function on the class instead'
  switch (node.kind) {
    case SyntaxKind.Identifier: {
      const { text } = node as ts.Identifier
      if (text.startsWith('$') && RESERVED.test(text) && !isPropertyName(node))
        return `the name "${text}" is reserved; choose another one`
      if (isPropertyName(node)) return null
      if (text === 'arguments' && !hasArguments(node))
        return '"arguments" here belongs to no function; use a rest parameter'
      return null
    }
    case SyntaxKind.AwaitExpression:
      return '"await" does not exist in the kernel; call the function directly, it blocks the task if it has to'
    case SyntaxKind.YieldExpression:
      return '"yield" is not supported; every step already is a point where the scheduler can switch'
    case SyntaxKind.WithStatement:
      return '"with" is not supported; name the object'
    case SyntaxKind.MetaProperty:
      if ((node as ts.MetaProperty).keywordToken === SyntaxKind.NewKeyword) return null
      return '"import.meta" is not supported'
    case SyntaxKind.ImportEqualsDeclaration:
      return '"import x = …" is not supported; write "import { x } from …" or "const x = …"'
    case SyntaxKind.CallExpression:
      if ((node as ts.CallExpression).expression.kind !== SyntaxKind.ImportKeyword) return null
      return 'import() is not supported; use an import declaration at the top of the file'
    case SyntaxKind.ForOfStatement:
      return (node as ts.ForOfStatement).awaitModifier ? '"for await" is not supported; use "for"' : null
    case SyntaxKind.ExportAssignment:
      return (node as ts.ExportAssignment).isExportEquals ? '"export =" is not supported; use "export default"' : null
    case SyntaxKind.ReturnStatement:
      return functions.length === 0 ? '!"return" outside of a function' : null
    case SyntaxKind.CaseClause:
    case SyntaxKind.DefaultClause: {
      for (const statement of (node as ts.CaseOrDefaultClause).statements) {
        if (ts.isFunctionDeclaration(statement))
          return 'a function declared in a case is not supported; put braces around the case'
        if (ts.isVariableStatement(statement) && isUsing(statement.declarationList))
          return '"using" directly in a case is not supported; put braces around the case'
      }
      return null
    }
    case SyntaxKind.VariableStatement:
    case SyntaxKind.VariableDeclarationList: {
      const list = ts.isVariableStatement(node) ? node.declarationList : (node as ts.VariableDeclarationList)
      if (ts.isVariableStatement(node)) return null
      if ((list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.AwaitUsing)
        return '"await using" is not supported; use "using"'
      return isUsing(list) ? usingProblem(list) : constProblem(list)
    }
    case SyntaxKind.PropertyDeclaration:
      return hasModifier(node, SyntaxKind.AccessorKeyword)
        ? '"accessor" is not supported; write a getter and a setter'
        : null
  }
  return ts.isFunctionLike(node) ? functionProblem(node as ts.FunctionLikeDeclaration) : null
}

function isPropertyName(node: ts.Node): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node
  return ts.isPropertyAssignment(parent) && parent.name === node
}

/** True if `arguments` means those of a function around the node, not those of the module's own code. */
function hasArguments(node: ts.Node): boolean {
  for (let at = node; at.parent; at = at.parent) {
    const { parent } = at
    // A computed name is evaluated where its class or object stands, outside of the member it names.
    if (ts.isComputedPropertyName(at)) continue
    if (ts.isArrowFunction(parent) || ts.isPropertyDeclaration(parent)) return false
    if (ts.isFunctionLike(parent) && !isNameOf(at, parent)) return true
  }
  return false
}

function isNameOf(node: ts.Node, parent: ts.Node): boolean {
  return (parent as { readonly name?: ts.Node }).name === node
}

function usingProblem(list: ts.VariableDeclarationList): string | null {
  if (list.declarations.some((declaration) => !ts.isIdentifier(declaration.name)))
    return '!"using" takes a name, not a pattern'
  if (ts.isForInStatement(list.parent)) return '!"using" cannot stand in a for-in loop'
  const missing = !ts.isForOfStatement(list.parent) && list.declarations.some((declaration) => !declaration.initializer)
  return missing ? '!"using" needs a value' : null
}

function constProblem(list: ts.VariableDeclarationList): string | null {
  if (ts.isForOfStatement(list.parent) || ts.isForInStatement(list.parent)) return null
  if (hasModifier(list.parent, SyntaxKind.DeclareKeyword)) return null
  const isConst = (list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const
  const missing = list.declarations.some(
    (declaration) => !declaration.initializer && (isConst || !ts.isIdentifier(declaration.name)),
  )
  return missing ? '!this declaration needs a value' : null
}

function functionProblem(node: ts.FunctionLikeDeclaration): string | null {
  if (!('body' in node) || !node.body) return null
  if (hasModifier(node, SyntaxKind.AsyncKeyword))
    return 'async functions are not supported; a plain function blocks its task if it has to'
  if (node.asteriskToken) return 'generator functions are not supported; return an array or take a callback'
  return null
}
