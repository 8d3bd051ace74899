/**
 * Expressions: evaluated as the language says, on values of the static check. Where the text does not tell a value,
 * it is unknown, and a condition on it is decided one way on this path and the other way on another.
 * Simplified: getters and setters of object literals, generators, tagged templates and regular expressions are unknown.
 */

import ts from 'typescript'
import { skipOuter } from '../skip-outer.ts'
import { Assignments } from './assignments.ts'
import { bigIntLiteral, binary, bounded, same, typeOf } from './operators.ts'
import { GivenUp } from './rust-values.ts'
import { PathEnd, TaskEnd } from './signals.ts'
import type { Thrown } from './signals.ts'
import {
  ClassValue,
  Closure,
  Dict,
  Env,
  isNullish,
  isThing,
  KernelObject,
  List,
  Method,
  Namespace,
  Native,
  NullPointer,
  Unknown,
} from './values.ts'
import type { Value, Variable } from './values.ts'

const { SyntaxKind } = ts

/** True for operators that only look at their operands. */
function isComparison(kind: ts.SyntaxKind): boolean {
  return (
    (kind >= SyntaxKind.LessThanToken && kind <= SyntaxKind.ExclamationEqualsEqualsToken) ||
    kind === SyntaxKind.InstanceOfKeyword ||
    kind === SyntaxKind.InKeyword
  )
}

export abstract class Expressions extends Assignments {
  protected abstract makeClass(node: ts.ClassLikeDeclaration, env: Env): ClassValue
  protected abstract global(name: string): Value

  override evaluate(node: ts.Expression, env: Env): Value {
    this.burn()
    switch (node.kind) {
      case SyntaxKind.Identifier:
        return this.name(node as ts.Identifier, env)
      case SyntaxKind.NumericLiteral:
        return Number((node as ts.NumericLiteral).text)
      case SyntaxKind.BigIntLiteral:
        return bigIntLiteral((node as ts.BigIntLiteral).text)
      case SyntaxKind.StringLiteral:
      case SyntaxKind.NoSubstitutionTemplateLiteral:
        return (node as ts.StringLiteral).text
      case SyntaxKind.TrueKeyword:
        return true
      case SyntaxKind.FalseKeyword:
        return false
      case SyntaxKind.NullKeyword:
        return null
      case SyntaxKind.ThisKeyword:
        return env.find('this')?.value
      case SyntaxKind.ParenthesizedExpression:
      case SyntaxKind.AsExpression:
      case SyntaxKind.SatisfiesExpression:
      case SyntaxKind.TypeAssertionExpression:
        return this.evaluate((node as ts.ParenthesizedExpression).expression, env)
      case SyntaxKind.NonNullExpression:
        return this.nonNull(node as ts.NonNullExpression, env)
      case SyntaxKind.CallExpression:
        return this.callExpression(node as ts.CallExpression, env)
      case SyntaxKind.NewExpression:
        return this.newExpression(node as ts.NewExpression, env)
      case SyntaxKind.PropertyAccessExpression:
      case SyntaxKind.ElementAccessExpression:
        return this.access(node as ts.AccessExpression, env)
      case SyntaxKind.ArrowFunction:
        return new Closure(node as ts.ArrowFunction, env, undefined, true)
      case SyntaxKind.FunctionExpression:
        return this.functionExpression(node as ts.FunctionExpression, env)
      case SyntaxKind.ClassExpression:
        return this.makeClass(node as ts.ClassExpression, env)
      case SyntaxKind.ArrayLiteralExpression:
        return new List(this.elements((node as ts.ArrayLiteralExpression).elements, env))
      case SyntaxKind.ObjectLiteralExpression:
        return this.objectLiteral(node as ts.ObjectLiteralExpression, env)
      case SyntaxKind.TemplateExpression:
        return this.template(node as ts.TemplateExpression, env)
      case SyntaxKind.ConditionalExpression: {
        const { condition, whenTrue, whenFalse } = node as ts.ConditionalExpression
        return this.truth(this.evaluate(condition, env)) ? this.evaluate(whenTrue, env) : this.evaluate(whenFalse, env)
      }
      case SyntaxKind.BinaryExpression:
        return this.binaryExpression(node as ts.BinaryExpression, env)
      case SyntaxKind.PrefixUnaryExpression:
      case SyntaxKind.PostfixUnaryExpression:
        return this.unary(node as ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, env)
      case SyntaxKind.TypeOfExpression: {
        const value = this.evaluate((node as ts.TypeOfExpression).expression, env)
        return typeOf(value, value instanceof Closure || value instanceof Native || value instanceof ClassValue)
      }
      case SyntaxKind.VoidExpression:
        this.evaluate((node as ts.VoidExpression).expression, env)
        return undefined
      case SyntaxKind.DeleteExpression: {
        const target = (node as ts.DeleteExpression).expression
        if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) {
          const owner = this.evaluate(target.expression, env)
          if (owner instanceof Dict) owner.fields.delete(String(this.key(target, env)))
        }
        return true
      }
      default:
        ts.forEachChild(node, (child) => {
          if (ts.isExpression(child)) this.escape(this.evaluate(child, env))
        })
        return new Unknown()
    }
  }

  private name(node: ts.Identifier, env: Env): Value {
    const variable = env.find(node.text)
    if (variable === undefined) return this.global(node.text)
    if (variable.moved !== null) this.useMoved(variable, node)
    return variable.value
  }

  protected useMoved(variable: Variable, node: ts.Identifier): void {
    this.world.raise('use-after-move', node, `\`${node.text}\` was moved away before`, {
      notes: [{ text: 'moved here', node: variable.moved ?? node }],
    })
    variable.moved = null
    throw new TaskEnd()
  }

  private nonNull(node: ts.NonNullExpression, env: Env): Value {
    const outer = this.asserted
    this.asserted = true
    const value = this.evaluate(node.expression, env)
    this.asserted = outer
    // A NULL that only an unusual decision made is asserted away, and one that two conditions made whose connection the
    // text does not tell: the author does not mean this path.
    const { unusual, opaque } = this.world.trail
    if (value instanceof NullPointer ? !value.certain : value === null && (unusual > 0 || opaque > 1)) {
      throw new PathEnd(true)
    }
    return value
  }

  private functionExpression(node: ts.FunctionExpression, env: Env): Value {
    if (node.name === undefined) return new Closure(node, env, undefined, false)
    const inner = new Env(env)
    const closure = new Closure(node, inner, undefined, false)
    inner.declare(node.name.text, closure)
    return closure
  }

  protected elements(nodes: readonly ts.Expression[], env: Env): Value[] {
    const values: Value[] = []
    for (const node of nodes) {
      if (ts.isOmittedExpression(node)) values.push(undefined)
      else if (ts.isSpreadElement(node)) values.push(...(this.iterate(this.evaluate(node.expression, env)) ?? []))
      else values.push(this.evaluate(node, env))
    }
    return values
  }

  private objectLiteral(node: ts.ObjectLiteralExpression, env: Env): Value {
    const object = new Dict()
    for (const property of node.properties) {
      if (ts.isSpreadAssignment(property)) {
        const from = this.evaluate(property.expression, env)
        if (from instanceof Dict) for (const [name, value] of from.fields) object.fields.set(name, value)
      } else if (ts.isShorthandPropertyAssignment(property)) {
        object.fields.set(property.name.text, this.name(property.name, env))
      } else if (ts.isPropertyAssignment(property)) {
        object.fields.set(this.propertyName(property.name, env), this.evaluate(property.initializer, env))
      } else if (ts.isMethodDeclaration(property)) {
        object.fields.set(this.propertyName(property.name, env), new Closure(property, env, undefined, false))
      } else object.fields.set(this.propertyName(property.name, env), new Unknown())
    }
    return object
  }

  private template(node: ts.TemplateExpression, env: Env): Value {
    let text: string | null = node.head.text
    for (const span of node.templateSpans) {
      const value = this.evaluate(span.expression, env)
      text = text === null || isThing(value) ? null : `${text}${String(value)}${span.literal.text}`
    }
    return text === null ? new Unknown() : bounded(text)
  }

  private binaryExpression(node: ts.BinaryExpression, env: Env): Value {
    const kind = node.operatorToken.kind
    if (kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment) return this.assignment(node, env)
    const left = this.evaluate(node.left, env)
    switch (kind) {
      case SyntaxKind.AmpersandAmpersandToken:
        return this.truth(left) ? this.evaluate(node.right, env) : left
      case SyntaxKind.BarBarToken:
        return this.truth(left) ? left : this.evaluate(node.right, env)
      case SyntaxKind.QuestionQuestionToken:
        return isNullish(left) ? this.evaluate(node.right, env) : left
      case SyntaxKind.CommaToken:
        return this.evaluate(node.right, env)
      default:
    }
    const right = this.evaluate(node.right, env)
    // Arithmetic on a pointer or address that an owner was given up for: what becomes of it is not followed.
    for (const side of [left, right]) if (side instanceof GivenUp && !isComparison(kind)) this.escape(side)
    switch (kind) {
      case SyntaxKind.EqualsEqualsEqualsToken:
        return this.equal(left, right)
      case SyntaxKind.ExclamationEqualsEqualsToken:
        return !this.truth(this.equal(left, right))
      case SyntaxKind.EqualsEqualsToken:
        return this.looselyEqual(left, right)
      case SyntaxKind.ExclamationEqualsToken:
        return !this.truth(this.looselyEqual(left, right))
      case SyntaxKind.InstanceOfKeyword:
        return this.instanceOf(left, right)
      case SyntaxKind.InKeyword:
        return right instanceof Dict && !isThing(left) ? right.fields.has(String(left)) : new Unknown()
      default:
        return binary(kind, left, right)
    }
  }

  private equal(a: Value, b: Value): Value {
    const known = same(a, b)
    if (known !== null) return known
    if (a instanceof Unknown && !isThing(b)) return a.derive(`=== ${typeof b} ${String(b)}`)
    if (b instanceof Unknown && !isThing(a)) return b.derive(`=== ${typeof a} ${String(a)}`)
    return new Unknown()
  }

  private looselyEqual(a: Value, b: Value): Value {
    if (isNullish(a) && isNullish(b)) return true
    return this.equal(a, b)
  }

  private instanceOf(value: Value, cls: Value): Value {
    if (cls instanceof Native && cls.name === 'KernelError' && value instanceof KernelObject)
      return value.kind === 'KernelError'
    if (!(cls instanceof ClassValue) || value instanceof Unknown) return new Unknown()
    if (!(value instanceof Dict)) return false
    for (let at: Value = value.cls; at instanceof ClassValue; at = at.base) if (at === cls) return true
    return false
  }

  private access(node: ts.AccessExpression, env: Env): Value {
    const owner = this.evaluate(node.expression, env)
    if (isNullish(owner) && (node.questionDotToken !== undefined || isOptionalChain(node.expression))) return undefined
    const key = this.key(node, env)
    return this.at(owner, key, node)
  }

  /** `owner[key]`. */
  protected at(owner: Value, key: Value, node: ts.AccessExpression): Value {
    this.present(owner, node, node.expression)
    if (owner instanceof List && typeof key === 'number') {
      const item = owner.items[key]
      return item === undefined && owner.opaque ? new Unknown() : item
    }
    if (isThing(key)) {
      if (owner instanceof List && owner.items.length === 1) return owner.items[0]
      return owner instanceof Unknown && key instanceof Unknown ? owner.derive('[]') : new Unknown()
    }
    return this.member(owner, String(key), node)
  }

  private callExpression(node: ts.CallExpression, env: Env): Value {
    const asserted = this.asserted
    this.asserted = false
    const target = skipOuter(node.expression)
    if (target.kind === SyntaxKind.SuperKeyword) {
      const self = env.find('this')?.value
      const base = env.find('super')?.value
      if (base instanceof ClassValue && self instanceof Dict) {
        this.initialise(self, base, this.elements(node.arguments, env), node)
      }
      return undefined
    }
    let self: Value = undefined
    let callee: Value
    if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) {
      if (target.expression.kind === SyntaxKind.SuperKeyword) {
        self = env.find('this')?.value
        callee = this.baseMethod(env.find('super')?.value, String(this.key(target, env)))
      } else {
        self = this.evaluate(target.expression, env)
        if (isNullish(self)) {
          if (target.questionDotToken !== undefined || isOptionalChain(target.expression)) return undefined
        }
        callee = this.at(self, this.key(target, env), target)
      }
    } else callee = this.evaluate(node.expression, env)
    if (isNullish(callee) && node.questionDotToken !== undefined) return undefined
    const args = this.elements(node.arguments, env)
    this.asserted = asserted || (ts.isNonNullExpression(node.parent) && node.parent.expression === node)
    const result = this.call(callee, self, args, node)
    this.asserted = false
    this.noteMoves(node, callee, args, env)
    return result
  }

  /** Marks the names whose values a call took away. */
  protected abstract noteMoves(node: ts.CallExpression, callee: Value, args: readonly Value[], env: Env): void
  protected abstract initialise(self: Dict, cls: ClassValue, args: readonly Value[], node: ts.Node): void

  private baseMethod(base: Value, name: string): Value {
    for (let at = base; at instanceof ClassValue; at = at.base) {
      const method = at.methods.get(name)
      if (method !== undefined) return method
    }
    return new Unknown()
  }

  private newExpression(node: ts.NewExpression, env: Env): Value {
    const cls = this.evaluate(node.expression, env)
    return this.construct(cls, this.elements(node.arguments ?? [], env), node)
  }

  /** A thrown value reaches the end of the task: reported where it was thrown. */
  protected uncaught(thrown: Thrown): void {
    this.world.raise('uncaught-exception', thrown.place as ts.Node, 'nothing catches this exception')
  }
}

function isOptionalChain(node: ts.Expression): boolean {
  return (node.flags & ts.NodeFlags.OptionalChain) !== 0
}

/** True if a value can be called. */
export function isCallable(value: Value): boolean {
  return (
    value instanceof Closure ||
    value instanceof Native ||
    value instanceof Method ||
    value instanceof ClassValue ||
    value instanceof Namespace
  )
}
