/**
 * Classes and object literals. Interleaved: methods are written as generators and a static block at the start of the
 * class (`$R.duals(this)`) replaces them by their plain functions, so that `super`, `#private` names and `this` stay as
 * they are. Private methods cannot be replaced: they stay generators and their calls are `yield* o.#m(…)`.
 * Constructors, accessors, field initialisers and static blocks are straight code in both forms.
 */

import ts from 'typescript'
import { emitBody, emitParameters } from './emit-functions.ts'
import { emitLifted } from './emit-lifted.ts'
import { emitPropertyName, moveFlags } from './emit-names.ts'
import { emitMoved, emitStatements } from './emit-statements.ts'
import { lineMark } from './emitted-text.ts'
import type { Emitter } from './emitter.ts'
import { hasModifier } from './unsupported.ts'

/** Read once: on the namespace it is a getter. */
const { SyntaxKind } = ts

/** A class declaration or expression. */
export function emitClass(e: Emitter, node: ts.ClassLikeDeclaration): string {
  const name = node.name?.text ?? (ts.isClassDeclaration(node) ? '$default' : '')
  return e.inScope(node, () => {
    const base = node.heritageClauses?.find((clause) => clause.token === SyntaxKind.ExtendsKeyword)?.types[0]
    const heritage = base ? ` extends (${e.straight(() => e.emit(base.expression))})` : ''
    const members = node.members.map((member) => emitClassMember(e, node, member)).join('')
    const hasMethods = node.members.some(
      (member) => ts.isMethodDeclaration(member) && member.body && !ts.isPrivateIdentifier(member.name),
    )
    const duals = e.interleaved && hasMethods ? ' static { $R.duals(this) }' : ''
    return `class ${name}${heritage} {${duals}${members}\n}`
  })
}

function emitClassMember(e: Emitter, owner: ts.ClassLikeDeclaration, node: ts.ClassElement): string {
  if (hasModifier(node, SyntaxKind.AbstractKeyword) || hasModifier(node, SyntaxKind.DeclareKeyword)) return ''
  const head = `\n${lineMark(e.line(node))}${hasModifier(node, SyntaxKind.StaticKeyword) ? 'static ' : ''}`
  if (ts.isConstructorDeclaration(node)) {
    if (!node.body) return ''
    return head + e.inScope(node, () => `constructor${emitParameters(e, node)} ${emitConstructorBody(e, owner, node)}`)
  }
  if (ts.isMethodDeclaration(node)) return node.body ? head + emitMethod(e, node) : ''
  if (ts.isGetAccessor(node) || ts.isSetAccessor(node)) return head + emitAccessor(e, node)
  if (ts.isClassStaticBlockDeclaration(node)) {
    const frame = e.newFrame(false)
    const text = e.inFrame(frame, false, () =>
      e.inScope(node, () => e.inScope(node.body, () => emitStatements(e, node.body.statements))),
    )
    return `\n${lineMark(e.line(node))}static { ${e.temps(frame)}${text}\n}`
  }
  if (!ts.isPropertyDeclaration(node)) return ''
  const name = e.straight(() => emitPropertyName(e, node.name))
  const { initializer } = node
  if (!initializer) return `${head}${name};`
  const value = e.inFrame(e.newFrame(false, '$p'), false, () => e.inScope(node, () => emitMoved(e, initializer)))
  return `${head}${name} = ${value};`
}

function emitMethod(e: Emitter, node: ts.MethodDeclaration): string {
  const name = e.straight(() => emitPropertyName(e, node.name))
  return e.inScope(
    node,
    () => `${e.interleaved ? '*' : ''}${name}${emitParameters(e, node)} ${emitBody(e, node, e.interleaved)}`,
  )
}

function emitAccessor(e: Emitter, node: ts.AccessorDeclaration): string {
  const kind = ts.isGetAccessor(node) ? 'get' : 'set'
  const name = e.straight(() => emitPropertyName(e, node.name))
  return e.inScope(node, () => `${kind} ${name}${emitParameters(e, node)} ${emitBody(e, node, false)}`)
}

/** A constructor: parameter properties are assigned first, after `super(…)` if there is one. */
function emitConstructorBody(e: Emitter, owner: ts.ClassLikeDeclaration, node: ts.ConstructorDeclaration): string {
  const properties = node.parameters.filter((p) => ts.isParameterPropertyDeclaration(p, node))
  const assigns = properties
    .map((p) => ` this.${p.name.getText(e.file.sourceFile)} = ${p.name.getText(e.file.sourceFile)};`)
    .join('')
  const derived = owner.heritageClauses?.some((clause) => clause.token === SyntaxKind.ExtendsKeyword)
  if (assigns === '' || !derived) return emitBody(e, node, false, assigns)
  const { body } = node
  if (!body) return '{}'
  const at = body.statements.findIndex(
    (s) =>
      ts.isExpressionStatement(s) &&
      ts.isCallExpression(s.expression) &&
      s.expression.expression.kind === SyntaxKind.SuperKeyword,
  )
  const frame = e.newFrame(false)
  const text = e.inFrame(frame, false, () =>
    e.inScope(body, () => emitStatements(e, body.statements, (index) => (index === at ? assigns : ''))),
  )
  return `{ $R.enter(); ${e.temps(frame)}${moveFlags(e.scope, ['parameter'])}try {${text}\n} finally { $R.depth-- } }`
}

/** One member of an object literal. */
export function emitObjectMember(e: Emitter, node: ts.ObjectLiteralElementLike): string {
  if (ts.isPropertyAssignment(node)) return `${emitPropertyName(e, node.name)}: ${emitMoved(e, node.initializer)}`
  if (ts.isShorthandPropertyAssignment(node)) {
    const value = emitMoved(e, node.name)
    return value === node.name.text ? value : `${node.name.text}: ${value}`
  }
  if (ts.isSpreadAssignment(node)) return `...${e.emit(node.expression)}`
  if (ts.isGetAccessor(node) || ts.isSetAccessor(node)) return emitAccessor(e, node)
  const name = emitPropertyName(e, node.name)
  if (!e.interleaved) return e.inScope(node, () => `${name}${emitParameters(e, node)} ${emitBody(e, node, false)}`)
  const lifted = emitLifted(e, node, () => emitBody(e, node, true))
  const twin = lifted ?? e.inScope(node, () => `function* ${emitParameters(e, node)} ${emitBody(e, node, true)}`)
  const text = ts.isComputedPropertyName(node.name) ? '' : node.name.getText(e.file.sourceFile)
  return `${name}: $R.dual(${twin}, ${JSON.stringify(text)})`
}
