/**
 * The dispatcher of the emitter: which rule writes which kind of node. What no rule is about is written as it stands,
 * with its children emitted (types and comments gone).
 */

import ts from 'typescript'
import { skipOuter } from './skip-outer.ts'
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

/** Read once: on the namespace it is a getter. */
const { SyntaxKind } = ts

/** One form of a file, with the marks of emitted-text.ts still in it. */
export function emitFile(file: AnalysedFile, interleaved: boolean): { text: string; exports: FileExports } {
  return emitModule(new Emitter(file, interleaved, emitNode))
}

function emitNode(e: Emitter, node: ts.Node): string {
  switch (node.kind) {
    case SyntaxKind.Identifier:
      return emitIdentifier(e, node as ts.Identifier)
    case SyntaxKind.ThisKeyword:
      return e.frame.noThis ? 'undefined' : 'this'
    case SyntaxKind.StringLiteral:
    case SyntaxKind.NoSubstitutionTemplateLiteral:
    case SyntaxKind.TemplateHead:
    case SyntaxKind.TemplateMiddle:
    case SyntaxKind.TemplateTail:
    case SyntaxKind.RegularExpressionLiteral:
      return emitLiteral(e, node)
    case SyntaxKind.CallExpression:
      return ts.isOptionalChain(node)
        ? emitAccess(e, node as unknown as ts.PropertyAccessExpression)
        : emitCall(e, node as ts.CallExpression)
    case SyntaxKind.PropertyAccessExpression:
    case SyntaxKind.ElementAccessExpression:
      return emitAccess(e, node as ts.PropertyAccessExpression | ts.ElementAccessExpression)
    case SyntaxKind.NewExpression:
      return emitNew(e, node as ts.NewExpression)
    case SyntaxKind.TaggedTemplateExpression:
      return emitTaggedTemplate(e, node as ts.TaggedTemplateExpression)
    case SyntaxKind.ArrowFunction:
    case SyntaxKind.FunctionExpression:
      return emitFunctionValue(e, node as ts.ArrowFunction | ts.FunctionExpression)
    case SyntaxKind.ClassExpression:
      return emitClass(e, node as ts.ClassExpression)
    case SyntaxKind.ObjectLiteralExpression:
      return emitObject(e, node as ts.ObjectLiteralExpression)
    case SyntaxKind.ArrayLiteralExpression:
      return emitArray(e, node as ts.ArrayLiteralExpression)
    case SyntaxKind.BinaryExpression:
      return emitBinary(e, node as ts.BinaryExpression)
    case SyntaxKind.PrefixUnaryExpression:
    case SyntaxKind.PostfixUnaryExpression:
      return emitUnary(e, node as ts.PrefixUnaryExpression | ts.PostfixUnaryExpression)
    case SyntaxKind.DeleteExpression:
      return `delete ${emitTarget(e, (node as ts.DeleteExpression).expression)}`
    case SyntaxKind.AsExpression:
    case SyntaxKind.SatisfiesExpression:
    case SyntaxKind.NonNullExpression:
    case SyntaxKind.TypeAssertionExpression:
    case SyntaxKind.ExpressionWithTypeArguments:
      return emitErased(e, (node as ts.AsExpression).expression)
    case SyntaxKind.BindingElement:
      return emitBindingElement(e, node as ts.BindingElement)
    case SyntaxKind.ComputedPropertyName:
      return emitPropertyName(e, node as ts.ComputedPropertyName)
  }
  const declaration = emitDeclaration(e, node)
  if (declaration !== null) return declaration
  if (ts.isStatement(node) && node.kind !== SyntaxKind.DebuggerStatement) return emitStatement(e, node)
  return e.splice(node)
}

/** What is left of `x as T`, `x!`, `<T>x`: in parentheses where `x` could be torn apart by what is around it. */
function emitErased(e: Emitter, inner: ts.Expression): string {
  const text = e.emit(inner)
  const loose =
    ts.isBinaryExpression(inner) ||
    ts.isConditionalExpression(inner) ||
    ts.isArrowFunction(inner) ||
    ts.isObjectLiteralExpression(inner)
  return loose ? `(${text})` : text
}

function emitObject(e: Emitter, node: ts.ObjectLiteralExpression): string {
  return `{ ${node.properties.map((member) => emitObjectMember(e, member)).join(', ')} }`
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
  if (kind < SyntaxKind.FirstAssignment || kind > SyntaxKind.LastAssignment) {
    return `${e.emit(node.left)} ${operator} ${e.emit(node.right)}`
  }
  const value = kind === SyntaxKind.EqualsToken ? emitMoved(e, node.right) : e.emit(node.right)
  const revived = kind === SyntaxKind.EqualsToken ? bindingOf(e, node.left) : null
  const pattern = kind === SyntaxKind.EqualsToken ? revivedIn(e, node.left) : []
  if (pattern.length > 0) {
    const flags = pattern.map((name) => `$d_${name} = 0`).join(', ')
    return `(${emitTarget(e, node.left)} = ${value}, ${flags})`
  }
  if (revived?.moved === true) return `(${revived.name} = ${value}, $d_${revived.name} = 0, ${revived.name})`
  const text = emitMemberAssignment(e, node, value) ?? `${emitTarget(e, node.left)} ${operator} ${value}`
  return ts.isObjectLiteralExpression(node.left) && ts.isExpressionStatement(node.parent) ? `(${text})` : text
}

/** Names in a pattern that get a new value and may have been moved before. */
function revivedIn(e: Emitter, target: ts.Expression): string[] {
  const node = skipOuter(target)
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap((element) => targetNames(e, element))
  if (!ts.isObjectLiteralExpression(node)) return []
  return node.properties.flatMap((property) => {
    if (ts.isShorthandPropertyAssignment(property)) return targetNames(e, property.name)
    return ts.isPropertyAssignment(property) ? targetNames(e, property.initializer) : []
  })
}

function targetNames(e: Emitter, target: ts.Expression): string[] {
  const node = skipOuter(ts.isSpreadElement(target) ? target.expression : target)
  if (ts.isBinaryExpression(node)) return targetNames(e, node.left)
  const binding = bindingOf(e, node)
  return binding?.moved === true ? [binding.name] : revivedIn(e, node)
}

function emitUnary(e: Emitter, node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): string {
  const { parent } = node
  const unused = ts.isExpressionStatement(parent) || (ts.isForStatement(parent) && parent.incrementor === node)
  const updates = node.operator === SyntaxKind.PlusPlusToken || node.operator === SyntaxKind.MinusMinusToken
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
