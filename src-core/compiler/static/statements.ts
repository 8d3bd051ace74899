/**
 * Statements: blocks, loops, `using`, exceptions. A loop whose condition the text does not tell is walked once by
 * the first path, and no time or twice by others; a loop that it tells is walked as often as it says, up to a limit.
 */

import ts from 'typescript'
import { Classes } from './classes.ts'
import { same } from './operators.ts'
import { PathEnd, Thrown } from './signals.ts'
import { Closure, Dict, Env, isThing, List, Unknown } from './values.ts'
import type { Value } from './values.ts'

const { SyntaxKind } = ts

/** How a statement ends if not by going on. */
export type Flow =
  | null
  | { readonly kind: 'break' | 'continue'; readonly label: string | undefined }
  | { readonly kind: 'return'; readonly value: Value }

/** Rounds of a loop whose end the text tells. */
const MOST_ROUNDS = 1500
/** Rounds of a loop whose end the text does not tell. */
const UNKNOWN_ROUNDS = 2

interface Using {
  readonly value: Value
  readonly node: ts.Node
  readonly variable: { moved: ts.Node | null; value: Value }
}

export abstract class Statements extends Classes {
  private usings: Using[] = []

  /** Runs statements in a scope of their own; what `using` declared there is dropped at the end. */
  block(statements: readonly ts.Statement[], env: Env): Flow {
    this.hoist(statements, env)
    const outer = this.usings
    const mine: Using[] = []
    this.usings = mine
    try {
      for (const statement of statements) {
        const flow = this.execute(statement, env)
        if (flow !== null) {
          this.endUsings(mine, flow, statements)
          return flow
        }
      }
      this.endUsings(mine, null, statements)
    } catch (error) {
      if (error instanceof Thrown) this.endUsings(mine, null, statements)
      throw error
    } finally {
      this.usings = outer
    }
    return null
  }

  /** Drops stand at the closing brace of their block. */
  private endUsings(usings: Using[], flow: Flow, statements: readonly ts.Statement[]): void {
    const block = statements[0]?.parent
    const end = block !== undefined && ts.isBlock(block) ? block.getLastToken() : statements.at(-1)?.getLastToken()
    for (const { value, node, variable } of usings.reverse()) {
      if (variable.moved !== null || (flow?.kind === 'return' && flow.value === value)) continue
      this.drop(variable.value, end ?? node)
    }
  }

  private hoist(statements: readonly ts.Statement[], env: Env): void {
    for (const statement of statements) {
      if (ts.isFunctionDeclaration(statement) && statement.body !== undefined) {
        env.declare(statement.name?.text ?? 'default', new Closure(statement, env, undefined, false))
      }
    }
  }

  execute(node: ts.Statement, env: Env): Flow {
    this.burn()
    switch (node.kind) {
      case SyntaxKind.ExpressionStatement:
        this.evaluate((node as ts.ExpressionStatement).expression, env)
        return null
      case SyntaxKind.VariableStatement:
        this.declareAll((node as ts.VariableStatement).declarationList, env)
        return null
      case SyntaxKind.ReturnStatement: {
        const { expression } = node as ts.ReturnStatement
        return { kind: 'return', value: expression === undefined ? undefined : this.evaluate(expression, env) }
      }
      case SyntaxKind.IfStatement: {
        const { expression, thenStatement, elseStatement } = node as ts.IfStatement
        if (this.truth(this.evaluate(expression, env))) return this.execute(thenStatement, env)
        return elseStatement === undefined ? null : this.execute(elseStatement, env)
      }
      case SyntaxKind.Block:
        return this.block((node as ts.Block).statements, new Env(env))
      case SyntaxKind.ForStatement:
        return this.forLoop(node as ts.ForStatement, env)
      case SyntaxKind.ForOfStatement:
      case SyntaxKind.ForInStatement:
        return this.forEach(node as ts.ForOfStatement, env)
      case SyntaxKind.WhileStatement: {
        const { expression, statement } = node as ts.WhileStatement
        return this.loop(
          () => this.evaluate(expression, env),
          () => this.execute(statement, env),
          null,
          node,
        )
      }
      case SyntaxKind.DoStatement: {
        const { expression, statement } = node as ts.DoStatement
        const first = this.execute(statement, env)
        const end = this.afterRound(first, node)
        if (end !== undefined) return end
        return this.loop(
          () => this.evaluate(expression, env),
          () => this.execute(statement, env),
          null,
          node,
        )
      }
      case SyntaxKind.BreakStatement:
        return { kind: 'break', label: (node as ts.BreakStatement).label?.text }
      case SyntaxKind.ContinueStatement:
        return { kind: 'continue', label: (node as ts.ContinueStatement).label?.text }
      case SyntaxKind.LabeledStatement:
        return this.labeled(node as ts.LabeledStatement, env)
      case SyntaxKind.SwitchStatement:
        return this.switchStatement(node as ts.SwitchStatement, env)
      case SyntaxKind.ThrowStatement:
        throw new Thrown(this.evaluate((node as ts.ThrowStatement).expression, env), node)
      case SyntaxKind.TryStatement:
        return this.tryStatement(node as ts.TryStatement, env)
      case SyntaxKind.ClassDeclaration: {
        const cls = node as ts.ClassDeclaration
        env.declare(cls.name?.text ?? 'default', this.makeClass(cls, env))
        return null
      }
      case SyntaxKind.EnumDeclaration:
        this.declareEnum(node as ts.EnumDeclaration, env)
        return null
      case SyntaxKind.ExportAssignment:
        env.declare('default', this.evaluate((node as ts.ExportAssignment).expression, env))
        return null
      default:
        return null
    }
  }

  private declareEnum(node: ts.EnumDeclaration, env: Env): void {
    const object = new Dict()
    let next = 0
    for (const member of node.members) {
      const given = member.initializer === undefined ? next : this.evaluate(member.initializer, env)
      object.fields.set(this.propertyName(member.name, env), given)
      if (typeof given === 'number') next = given + 1
    }
    env.declare(node.name.text, object)
  }

  private declareAll(list: ts.VariableDeclarationList, env: Env): void {
    const using = (list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Using
    for (const declaration of list.declarations) {
      const value = declaration.initializer === undefined ? undefined : this.evaluate(declaration.initializer, env)
      this.bind(declaration.name, value, env)
      if (declaration.initializer !== undefined && ts.isIdentifier(declaration.name)) {
        this.declared(declaration, value, env, using)
      }
      if (using && ts.isIdentifier(declaration.name)) {
        this.usings.push({ value, node: declaration, variable: env.own(declaration.name.text)! })
      }
    }
  }

  /** A variable was declared with this value: an owner under another name moves. */
  protected abstract declared(node: ts.VariableDeclaration, value: Value, env: Env, using: boolean): void

  /** Declares the names of a pattern. */
  protected bind(name: ts.BindingName, value: Value, env: Env): void {
    if (ts.isIdentifier(name)) {
      env.declare(name.text, value)
      return
    }
    if (ts.isArrayBindingPattern(name)) {
      const items = this.iterate(value)
      name.elements.forEach((element, i) => {
        if (ts.isOmittedExpression(element)) return
        const rest = element.dotDotDotToken !== undefined
        const item = items === null ? new Unknown() : rest ? new List(items.slice(i)) : items[i]
        this.bindElement(element, item, env)
      })
      return
    }
    this.present(value, name, 'what is taken apart')
    for (const element of name.elements) {
      if (element.dotDotDotToken !== undefined) {
        this.bind(element.name, value instanceof Dict ? value : new Unknown(), env)
        continue
      }
      const key = element.propertyName ?? (element.name as ts.Identifier)
      this.bindElement(element, this.member(value, this.propertyName(key, env), element), env)
    }
  }

  private bindElement(element: ts.BindingElement, value: Value, env: Env): void {
    const given = value === undefined && element.initializer ? this.evaluate(element.initializer, env) : value
    this.bind(element.name, given, env)
  }

  private forLoop(node: ts.ForStatement, env: Env): Flow {
    const scope = new Env(env)
    if (node.initializer !== undefined) {
      if (ts.isVariableDeclarationList(node.initializer)) this.declareAll(node.initializer, scope)
      else this.evaluate(node.initializer, scope)
    }
    const { condition, incrementor } = node
    let inner = scope
    return this.loop(
      () => (condition === undefined ? true : this.evaluate(condition, inner)),
      () => this.execute(node.statement, inner),
      () => {
        // Each round has variables of its own, as closures see.
        const next = new Env(env)
        for (const name of loopNames(node)) next.declare(name, inner.own(name)?.value)
        inner = next
        if (incrementor !== undefined) this.evaluate(incrementor, inner)
      },
      node,
    )
  }

  private loop(condition: () => Value, body: () => Flow, step: (() => void) | null, node: ts.Node): Flow {
    let unknown = 0
    for (let round = 0; ; round++) {
      const value = condition()
      if (value instanceof Unknown && value.truth === undefined) {
        if (unknown >= UNKNOWN_ROUNDS) {
          value.truth = false
          return null
        }
        // Usually one round: in, and out. Another path stays out, another goes round twice.
        const usual = unknown === 0
        const taken = this.world.decide(2, 'loop') === 0 ? usual : !usual
        unknown++
        value.truth = taken
      }
      if (!this.truth(value)) return null
      if (round >= MOST_ROUNDS) {
        this.world.imprecise = true
        return null
      }
      if (value === true && round > 64 && this.fuelIsLow()) throw new PathEnd(false)
      const end = this.afterRound(body(), node)
      if (end !== undefined) return end
      step?.()
    }
  }

  private fuelIsLow(): boolean {
    return this.fuel.left < 200
  }

  /** What a round's end means for the loop: `undefined` goes on. */
  private afterRound(flow: Flow, loop: ts.Node): Flow | undefined {
    if (flow === null) return undefined
    if (flow.kind === 'return') return flow
    const mine =
      flow.label === undefined || (ts.isLabeledStatement(loop.parent) && loop.parent.label.text === flow.label)
    if (!mine) return flow
    return flow.kind === 'break' ? null : undefined
  }

  private forEach(node: ts.ForOfStatement | ts.ForInStatement, env: Env): Flow {
    const source = this.evaluate(node.expression, env)
    let items: Value[] | null
    if (ts.isForOfStatement(node)) {
      this.present(source, node.expression, node.expression)
      items = source instanceof List ? source.items : this.iterate(source)
    } else items = source instanceof Dict ? [...source.fields.keys()] : null
    if (items === null) {
      // Not known how many: one, or none, or two.
      const rounds = [1, 0, 2][this.world.decide(3, 'loop')]!
      items = Array.from({ length: rounds }, () => new Unknown())
    }
    for (let i = 0; i < items.length; i++) {
      const scope = new Env(env)
      const item = items[i]
      if (ts.isVariableDeclarationList(node.initializer)) {
        this.bind(node.initializer.declarations[0]!.name, item, scope)
        if ((node.initializer.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Using) {
          const name = node.initializer.declarations[0]!.name
          if (ts.isIdentifier(name)) {
            this.usings.push({ value: item, node: node.initializer, variable: scope.own(name.text)! })
          }
        }
      } else this.assign(node.initializer, item, env)
      const end = this.afterRound(this.execute(node.statement, scope), node)
      if (end !== undefined) return end
    }
    return null
  }

  private labeled(node: ts.LabeledStatement, env: Env): Flow {
    const flow = this.execute(node.statement, env)
    return flow !== null && flow.kind === 'break' && flow.label === node.label.text ? null : flow
  }

  private switchStatement(node: ts.SwitchStatement, env: Env): Flow {
    const subject = this.evaluate(node.expression, env)
    const scope = new Env(env)
    const { clauses } = node.caseBlock
    let start = clauses.findIndex((clause) => {
      if (!ts.isCaseClause(clause)) return false
      const value = this.evaluate(clause.expression, scope)
      if (subject instanceof Unknown && !isThing(value)) {
        return this.truth(subject.derive(`=== ${typeof value} ${String(value)}`))
      }
      return same(subject, value) ?? this.truth(new Unknown())
    })
    if (start < 0) start = clauses.findIndex((clause) => ts.isDefaultClause(clause))
    if (start < 0) return null
    for (const clause of clauses.slice(start)) {
      const flow = this.block(clause.statements, scope)
      if (flow !== null) return flow.kind === 'break' && flow.label === undefined ? null : flow
    }
    return null
  }

  private tryStatement(node: ts.TryStatement, env: Env): Flow {
    let flow: Flow
    const end = (): Flow =>
      node.finallyBlock === undefined ? null : this.block(node.finallyBlock.statements, new Env(env))
    try {
      flow = this.block(node.tryBlock.statements, new Env(env))
    } catch (error) {
      if (!(error instanceof Thrown)) throw error
      if (node.catchClause === undefined) {
        const left = end()
        if (left !== null) return left
        throw error
      }
      const scope = new Env(env)
      const name = node.catchClause.variableDeclaration?.name
      if (name !== undefined) this.bind(name, error.value, scope)
      flow = this.block(node.catchClause.block.statements, scope)
    }
    return end() ?? flow
  }
}

function loopNames(node: ts.ForStatement): string[] {
  if (node.initializer === undefined || !ts.isVariableDeclarationList(node.initializer)) return []
  return node.initializer.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []))
}
