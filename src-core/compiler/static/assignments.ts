/** Assignments: to names, fields, elements and patterns, and the operators that assign. */

import ts from 'typescript'
import { Core } from './core.ts'
import { binary } from './operators.ts'
import { isNullish, isThing, List, Unknown } from './values.ts'
import type { Env, Value } from './values.ts'
import { skipOuter } from '../skip-outer.ts'

const { SyntaxKind } = ts

export abstract class Assignments extends Core {
  abstract override evaluate(node: ts.Expression, env: Env): Value

  /** The values of something iterable; null if the text does not tell them. */
  abstract iterate(value: Value): Value[] | null

  protected propertyName(name: ts.PropertyName, env: Env): string {
    if (ts.isComputedPropertyName(name)) {
      const text = name.expression.getText()
      return text === 'Symbol.dispose' ? '@@dispose' : String(this.evaluate(name.expression, env))
    }
    return ts.isIdentifier(name) || ts.isPrivateIdentifier(name) ? name.text : (name as ts.LiteralLikeNode).text
  }

  protected assignment(node: ts.BinaryExpression, env: Env): Value {
    const kind = node.operatorToken.kind
    if (kind === SyntaxKind.EqualsToken) {
      const value = this.evaluate(node.right, env)
      this.assign(node.left, value, env)
      return value
    }
    const before = this.evaluate(node.left, env)
    if (kind === SyntaxKind.QuestionQuestionEqualsToken && !isNullish(before)) return before
    if (kind === SyntaxKind.BarBarEqualsToken && this.truth(before)) return before
    if (kind === SyntaxKind.AmpersandAmpersandEqualsToken && !this.truth(before)) return before
    const right = this.evaluate(node.right, env)
    const logical =
      kind === SyntaxKind.QuestionQuestionEqualsToken ||
      kind === SyntaxKind.BarBarEqualsToken ||
      kind === SyntaxKind.AmpersandAmpersandEqualsToken
    const value = logical ? right : binary(kind, before, right)
    this.assign(node.left, value, env)
    return value
  }

  /** Stores a value where `target` says: a name, a field, a pattern. */
  protected assign(target: ts.Expression, value: Value, env: Env): void {
    const inner = skipOuter(target)
    if (ts.isIdentifier(inner)) {
      const variable = env.find(inner.text)
      if (variable === undefined) return
      variable.value = value
      variable.moved = null
    } else if (ts.isPropertyAccessExpression(inner) || ts.isElementAccessExpression(inner)) {
      const owner = this.evaluate(inner.expression, env)
      this.present(owner, inner, inner.expression)
      const key = this.key(inner, env)
      if (owner instanceof List && typeof key === 'number') {
        if (key >= 0 && key < 1 << 16) owner.items[key] = value
      } else if (isThing(key)) this.escape(value)
      else this.setMember(owner, String(key), value, inner)
    } else if (ts.isArrayLiteralExpression(inner)) {
      const items = this.iterate(value) ?? []
      inner.elements.forEach((element, i) => {
        if (!ts.isOmittedExpression(element)) this.assign(element, items[i], env)
      })
    } else if (ts.isObjectLiteralExpression(inner)) {
      for (const property of inner.properties) {
        if (ts.isShorthandPropertyAssignment(property))
          this.assign(property.name, this.member(value, property.name.text, property), env)
        else if (ts.isPropertyAssignment(property))
          this.assign(property.initializer, this.member(value, this.propertyName(property.name, env), property), env)
      }
    }
  }

  protected unary(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, env: Env): Value {
    const value = this.evaluate(node.operand, env)
    if (node.operator === SyntaxKind.PlusPlusToken || node.operator === SyntaxKind.MinusMinusToken) {
      const one = typeof value === 'bigint' ? 1n : 1
      const sign = node.operator === SyntaxKind.PlusPlusToken ? SyntaxKind.PlusToken : SyntaxKind.MinusToken
      const next = binary(sign, value, one)
      this.assign(node.operand, next, env)
      return ts.isPrefixUnaryExpression(node) ? next : value
    }
    if (node.operator === SyntaxKind.ExclamationToken) return !this.truth(value)
    if (isThing(value)) return value instanceof Unknown ? value.derive(`unary ${node.operator}`) : new Unknown()
    const number = value as number
    if (node.operator === SyntaxKind.MinusToken) return -number
    if (node.operator === SyntaxKind.TildeToken) return ~number
    return Number(value)
  }

  protected key(node: ts.AccessExpression, env: Env): Value {
    if (ts.isPropertyAccessExpression(node)) return node.name.text
    const text = node.argumentExpression.getText()
    if (text === 'Symbol.dispose') return '@@dispose'
    return this.evaluate(node.argumentExpression, env)
  }
}
