/**
 * What ECMAScript calls early errors, as far as the parser of TypeScript lets them pass: text that no engine would run.
 * Said here they have a place; said by the engine they would look like an exception of the driver.
 */
import ts from 'typescript'
import { skipOuter } from './skip-outer.ts'

/** Read once: on the namespace it is a getter. */
const { SyntaxKind } = ts

/** Why no engine runs a program with this node in it; null if the node itself is no reason. */
export function earlyError(node: ts.Node): string | null {
  switch (node.kind) {
    case SyntaxKind.VariableDeclarationList:
      return listError(node as ts.VariableDeclarationList)
    case SyntaxKind.VariableDeclaration:
    case SyntaxKind.BindingElement:
      return strictName((node as ts.VariableDeclaration | ts.BindingElement).name)
    case SyntaxKind.BreakStatement:
    case SyntaxKind.ContinueStatement:
      return jumpError(node as ts.BreakOrContinueStatement)
    case SyntaxKind.BinaryExpression:
      return assignmentError(node as ts.BinaryExpression)
    case SyntaxKind.PrefixUnaryExpression:
    case SyntaxKind.PostfixUnaryExpression: {
      const { operator, operand } = node as ts.PrefixUnaryExpression | ts.PostfixUnaryExpression
      const writes = operator === SyntaxKind.PlusPlusToken || operator === SyntaxKind.MinusMinusToken
      return writes && !isTarget(operand) ? '"++" and "--" need something that can be assigned to' : null
    }
    case SyntaxKind.RegularExpressionLiteral:
      return patternError(node as ts.RegularExpressionLiteral)
    case SyntaxKind.IfStatement: {
      const { thenStatement, elseStatement } = node as ts.IfStatement
      return bareDeclaration(thenStatement) ?? bareDeclaration(elseStatement)
    }
    case SyntaxKind.ForStatement:
    case SyntaxKind.ForOfStatement:
    case SyntaxKind.ForInStatement:
    case SyntaxKind.WhileStatement:
    case SyntaxKind.DoStatement:
    case SyntaxKind.LabeledStatement:
      return bareDeclaration((node as ts.IterationStatement | ts.LabeledStatement).statement)
    case SyntaxKind.CaseBlock: {
      const defaults = (node as ts.CaseBlock).clauses.filter(ts.isDefaultClause)
      return defaults.length > 1 ? 'a switch has one "default" at most' : null
    }
    case SyntaxKind.ClassDeclaration:
    case SyntaxKind.ClassExpression:
      return classError(node as ts.ClassLikeDeclaration)
    case SyntaxKind.ObjectLiteralExpression: {
      const prototypes = (node as ts.ObjectLiteralExpression).properties.filter(
        (each) =>
          ts.isPropertyAssignment(each) && !ts.isComputedPropertyName(each.name) && nameOf(each) === '__proto__',
      )
      return prototypes.length > 1 ? 'an object has one "__proto__" at most' : null
    }
    case SyntaxKind.SuperKeyword:
      return superError(node)
  }
  return ts.isFunctionLike(node) ? parameterError(node) : null
}

function listError({ declarations, parent }: ts.VariableDeclarationList): string | null {
  if (declarations.length === 0) return 'this declaration needs a name'
  if (!ts.isForOfStatement(parent) && !ts.isForInStatement(parent)) return null
  const [first] = declarations
  return declarations.length > 1 || first?.initializer !== undefined
    ? 'such a loop declares one name, without a value'
    : null
}

function strictName(name: ts.Node | undefined): string | null {
  if (name === undefined || !ts.isIdentifier(name)) return null
  return name.text === 'eval' || name.text === 'arguments' ? `nothing can be called "${name.text}"` : null
}

/** Follows the statements around a `break` or `continue` up to the function that it is in. */
function jumpError(node: ts.BreakOrContinueStatement): string | null {
  const isContinue = node.kind === SyntaxKind.ContinueStatement
  const word = isContinue ? '"continue"' : '"break"'
  for (let at: ts.Node = node.parent; at !== undefined && !ts.isFunctionLike(at); at = at.parent) {
    if (ts.isClassStaticBlockDeclaration(at)) break
    if (node.label !== undefined) {
      if (!ts.isLabeledStatement(at) || at.label.text !== node.label.text) continue
      if (!isContinue || ts.isIterationStatement(at.statement, true)) return null
      return `"${node.label.text}" is the label of no loop`
    }
    if (ts.isIterationStatement(at, false) || (!isContinue && ts.isSwitchStatement(at))) return null
  }
  if (node.label !== undefined) return `there is no label "${node.label.text}" around this ${word}`
  return `${word} outside of a loop${isContinue ? '' : ' or switch'}`
}

function assignmentError({ operatorToken, left }: ts.BinaryExpression): string | null {
  const { kind } = operatorToken
  if (kind < SyntaxKind.FirstAssignment || kind > SyntaxKind.LastAssignment) return null
  const isPattern = ts.isArrayLiteralExpression(left) || ts.isObjectLiteralExpression(left)
  if (isTarget(left) || (isPattern && kind === SyntaxKind.EqualsToken)) return null
  return 'what is left of the assignment cannot be assigned to'
}

/** True for what a plain assignment may write. */
function isTarget(node: ts.Expression): boolean {
  const bare = skipOuter(node)
  if (ts.isIdentifier(bare)) return strictName(bare) === null
  return (ts.isPropertyAccessExpression(bare) || ts.isElementAccessExpression(bare)) && !ts.isOptionalChain(bare)
}

function patternError({ text }: ts.RegularExpressionLiteral): string | null {
  const end = text.lastIndexOf('/')
  try {
    new RegExp(text.slice(1, end), text.slice(end + 1))
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'this is no regular expression'
  }
}

function bareDeclaration(statement: ts.Statement | undefined): string | null {
  if (statement === undefined) return null
  const isLexical =
    ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.BlockScoped) !== 0
  return isLexical || ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)
    ? 'a declaration here needs braces around it'
    : null
}

function classError(node: ts.ClassLikeDeclaration): string | null {
  const constructors = node.members.filter((each) => ts.isConstructorDeclaration(each) && each.body !== undefined)
  if (constructors.length > 1) return 'a class has one constructor at most'
  const seen = new Map<string, ts.SyntaxKind>()
  for (const member of node.members) {
    if (member.name === undefined || !ts.isPrivateIdentifier(member.name)) continue
    if ('body' in member && member.body === undefined) continue
    const { text } = member.name
    const before = seen.get(text)
    const isPair =
      (before === SyntaxKind.GetAccessor && ts.isSetAccessor(member)) ||
      (before === SyntaxKind.SetAccessor && ts.isGetAccessor(member))
    if (before !== undefined && !isPair) return `the class declares "${text}" twice`
    seen.set(text, member.kind)
  }
  return null
}

/** `super` belongs to methods, `super()` to the constructor of a class that extends another one. */
function superError(node: ts.Node): string | null {
  let at: ts.Node | undefined = node.parent
  while (at !== undefined && !isHome(at)) {
    if (ts.isFunctionDeclaration(at) || ts.isFunctionExpression(at)) return '"super" outside of a method'
    at = at.parent
  }
  if (at === undefined) return '"super" outside of a method'
  if (!ts.isCallExpression(node.parent) || node.parent.expression !== node) return null
  const extending =
    ts.isConstructorDeclaration(at) &&
    at.parent.heritageClauses?.some((clause) => clause.token === SyntaxKind.ExtendsKeyword) === true
  return extending ? null : '"super()" outside of the constructor of a class that extends another one'
}

function isHome(node: ts.Node): boolean {
  return (
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node) ||
    ts.isAccessor(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isClassStaticBlockDeclaration(node)
  )
}

function parameterError(node: ts.SignatureDeclaration): string | null {
  if (!('body' in node) || node.body === undefined) return null
  const parameters = node.parameters.filter((each) => nameOf(each) !== 'this')
  if (ts.isGetAccessor(node) && parameters.length > 0) return 'a getter takes no parameter'
  if (parameters.slice(0, -1).some((each) => each.dotDotDotToken !== undefined))
    return 'a rest parameter is the last one'
  const seen = new Set<string>()
  for (const name of parameters.flatMap((each) => boundNames(each.name))) {
    if (seen.has(name)) return `two parameters are called "${name}"`
    if (name === 'eval' || name === 'arguments') return `nothing can be called "${name}"`
    seen.add(name)
  }
  return ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) ? strictName(node.name) : null
}

function nameOf(node: { readonly name: ts.Node }): string {
  return ts.isIdentifier(node.name) || ts.isStringLiteral(node.name) ? node.name.text : ''
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text]
  return name.elements.flatMap((each) => (ts.isBindingElement(each) ? boundNames(each.name) : []))
}
