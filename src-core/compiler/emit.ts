/**
 * The dispatcher of the emitter: which rule writes which kind of node. What no rule is about is written as it stands,
 * with its children emitted (types and comments gone).
 */

import ts from 'typescript'
import { emitAccess, emitMemberAssignment, emitMemberUpdate, emitTarget } from './emit-access.ts'
import { emitCall, emitNew, emitTaggedTemplate } from './emit-calls.ts'
import { emitClass, emitObjectMember } from './emit-classes.ts'
import { emitFunctionValue } from './emit-functions.ts'
import { emitDeclaration, emitModule } from './emit-modules.ts'
import type { FileExports } from './emit-modules.ts'
import { bindingOf, emitIdentifier, emitLiteral, emitPropertyName } from './emit-names.ts'
import { emitMoved, emitStatement } from './emit-statements.ts'
import { Emitter } from './emitter.ts'
import type { AnalysedFile } from './emitter.ts'

/** One form of a file, with the marks of emitted-text.ts still in it. */
export function emitFile(file: AnalysedFile, interleaved: boolean): { text: string; exports: FileExports } {
  return emitModule(new Emitter(file, interleaved, emitNode))
}

function emitNode(e: Emitter, node: ts.Node): string {
  switch (node.kind) {
    case ts.SyntaxKind.Identifier:
      return emitIdentifier(e, node as ts.Identifier)
    case ts.SyntaxKind.ThisKeyword:
      return e.frame.noThis ? 'undefined' : 'this'
    case ts.SyntaxKind.StringLiteral:
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
    case ts.SyntaxKind.TemplateHead:
    case ts.SyntaxKind.TemplateMiddle:
    case ts.SyntaxKind.TemplateTail:
    case ts.SyntaxKind.RegularExpressionLiteral:
      return emitLiteral(e, node)
    case ts.SyntaxKind.CallExpression:
      return ts.isOptionalChain(node) ? emitAccess(e, node as unknown as ts.PropertyAccessExpression) : emitCall(e, node as ts.CallExpression)
    case ts.SyntaxKind.PropertyAccessExpression:
    case ts.SyntaxKind.ElementAccessExpression:
      return emitAccess(e, node as ts.PropertyAccessExpression | ts.ElementAccessExpression)
    case ts.SyntaxKind.NewExpression:
      return emitNew(e, node as ts.NewExpression)
    case ts.SyntaxKind.TaggedTemplateExpression:
      return emitTaggedTemplate(e, node as ts.TaggedTemplateExpression)
    case ts.SyntaxKind.ArrowFunction:
    case ts.SyntaxKind.FunctionExpression:
      return emitFunctionValue(e, node as ts.ArrowFunction | ts.FunctionExpression)
    case ts.SyntaxKind.ClassExpression:
      return emitClass(e, node as ts.ClassExpression)
    case ts.SyntaxKind.ObjectLiteralExpression:
      return `{ ${(node as ts.ObjectLiteralExpression).properties.map((member) => emitObjectMember(e, member)).join(', ')} }`
    case ts.SyntaxKind.ArrayLiteralExpression:
      return emitArray(e, node as ts.ArrayLiteralExpression)
    case ts.SyntaxKind.BinaryExpression:
      return emitBinary(e, node as ts.BinaryExpression)
    case ts.SyntaxKind.PrefixUnaryExpression:
    case ts.SyntaxKind.PostfixUnaryExpression:
      return emitUnary(e, node as ts.PrefixUnaryExpression | ts.PostfixUnaryExpression)
    case ts.SyntaxKind.DeleteExpression:
      return `delete ${emitTarget(e, (node as ts.DeleteExpression).expression)}`
    case ts.SyntaxKind.AsExpression:
    case ts.SyntaxKind.SatisfiesExpression:
    case ts.SyntaxKind.NonNullExpression:
    case ts.SyntaxKind.TypeAssertionExpression:
    case ts.SyntaxKind.ExpressionWithTypeArguments:
      return emitErased(e, (node as ts.AsExpression).expression)
    case ts.SyntaxKind.BindingElement:
      return emitBindingElement(e, node as ts.BindingElement)
    case ts.SyntaxKind.ComputedPropertyName:
      return emitPropertyName(e, node as ts.ComputedPropertyName)
  }
  const declaration = emitDeclaration(e, node)
  if (declaration !== null) return declaration
  if (ts.isStatement(node) && node.kind !== ts.SyntaxKind.DebuggerStatement) return emitStatement(e, node)
  return e.splice(node)
}

/** What is left of `x as T`, `x!`, `<T>x`: in parentheses where `x` could be torn apart by what is around it. */
function emitErased(e: Emitter, inner: ts.Expression): string {
  const text = e.emit(inner)
  const loose = ts.isBinaryExpression(inner) || ts.isConditionalExpression(inner) || ts.isArrowFunction(inner) || ts.isObjectLiteralExpression(inner)
  return loose ? `(${text})` : text
}

function emitArray(e: Emitter, node: ts.ArrayLiteralExpression): string {
  const parts = node.elements.map((element) => {
    if (ts.isOmittedExpression(element)) return ''
    return ts.isSpreadElement(element) ? `...${e.emit(element.expression)}` : emitMoved(e, element)
  })
  const last = node.elements[node.elements.length - 1]
  return `[${parts.join(', ')}${last && ts.isOmittedExpression(last) ? ',' : ''}]`
}

function emitBinary(e: Emitter, node: ts.BinaryExpression): string {
  const kind = node.operatorToken.kind
  const operator = e.text(node.operatorToken)
  if (kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment) {
    return `${e.emit(node.left)} ${operator} ${e.emit(node.right)}`
  }
  const value = kind === ts.SyntaxKind.EqualsToken ? emitMoved(e, node.right) : e.emit(node.right)
  const text = emitMemberAssignment(e, node, value) ?? `${emitTarget(e, node.left)} ${operator} ${value}`
  return ts.isObjectLiteralExpression(node.left) && ts.isExpressionStatement(node.parent) ? `(${text})` : text
}

function emitUnary(e: Emitter, node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): string {
  const { parent } = node
  const unused = ts.isExpressionStatement(parent) || (ts.isForStatement(parent) && parent.incrementor === node)
  const updates = node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken
  if (updates) {
    const text = emitMemberUpdate(e, node, !unused)
    if (text !== null) return text
  }
  const operator = ts.tokenToString(node.operator) ?? ''
  const operand = updates ? emitTarget(e, node.operand) : e.emit(node.operand)
  return ts.isPrefixUnaryExpression(node) ? `${operator} ${operand}` : `${operand}${operator} `
}

function emitBindingElement(e: Emitter, node: ts.BindingElement): string {
  const key = node.propertyName ? `${emitPropertyName(e, node.propertyName)}: ` : ''
  const init = node.initializer ? ` = ${e.emit(node.initializer)}` : ''
  const rest = node.dotDotDotToken ? '...' : ''
  const name = ts.isIdentifier(node.name) && bindingOf(e, node.name) !== null ? node.name.text : e.emit(node.name)
  return `${rest}${key}${name}${init}`
}
