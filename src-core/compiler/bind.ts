/**
 * Scope analysis of one file: which declaration each name refers to, which functions are statically known, which arrows
 * need `this`. Reports what snippets cannot use (unsupported.ts) and names declared twice on the way.
 * Simplified: types and values share no scopes here (types are skipped), and members of a namespace that were exported
 * by an earlier block of the same name have to be written with their qualified name.
 */

import ts from 'typescript'
import type { FileErrors } from './file-errors.ts'
import type { Imported, ImportTable } from './imports.ts'
import { Hoisting } from './hoisting.ts'
import { MoveFinder } from './moves.ts'
import { Scope } from './scope.ts'
import type { Binding, BindingKind, FunctionValue } from './scope.ts'
import { hasModifier, isUsing, moduleIsInstantiated, rejectUnsupported } from './unsupported.ts'
import { skipOuter } from './skip-outer.ts'

/** Read once: on the namespace it is a getter. */
const { SyntaxKind } = ts

const PLAIN_CLASSES = ['Map', 'Set', 'WeakMap', 'WeakSet', 'Array', 'Uint8Array', 'Error', 'Object']

/** What scope analysis found. */
export interface Bound {
  readonly scopes: ReadonlyMap<ts.Node, Scope>
  readonly imports: ReadonlyMap<Binding, Imported>
  /** Arrow functions that use `this` or `super` of what is around them. */
  readonly arrowsWithThis: ReadonlySet<ts.Node>
  readonly module: Scope
  /** Where names are moved, and where moved names are used. */
  readonly moving: Pick<MoveFinder, 'moves' | 'uses'>
}

/** Binds a file. */
export function bind(sourceFile: ts.SourceFile, table: ImportTable, errors: FileErrors): Bound {
  const binder = new Binder(sourceFile, table, errors)
  binder.run()
  return binder
}

class Binder implements Bound {
  readonly scopes = new Map<ts.Node, Scope>()
  readonly imports = new Map<Binding, Imported>()
  readonly arrowsWithThis = new Set<ts.Node>()
  readonly module = new Scope(null, 'module')
  readonly moving: MoveFinder
  private readonly hoisting: Hoisting
  private readonly targets: { name: string; scope: Scope; head: Scope | null }[] = []
  /** The scope of the `for` whose head is visited. */
  private head: Scope | null = null
  private readonly functions: ts.Node[] = []
  private usings = 0

  constructor(
    private readonly sourceFile: ts.SourceFile,
    private readonly table: ImportTable,
    private readonly errors: FileErrors,
  ) {
    this.moving = new MoveFinder(table, this.imports)
    this.hoisting = new Hoisting(errors)
  }

  run(): void {
    this.scopes.set(this.sourceFile, this.module)
    for (const statement of this.sourceFile.statements) this.visit(statement, this.module)
    for (const { name, scope, head } of this.targets) {
      const binding = scope.resolve(name)
      if (!binding) continue
      binding.assigned = true
      if (binding.scope !== head) binding.changed = true
    }
    this.moving.finish()
    this.hoisting.finish()
  }

  private declare(
    name: ts.Identifier,
    kind: BindingKind,
    scope: Scope,
    fn: FunctionValue | null = null,
    plain = false,
  ): Binding {
    const existing = scope.names.get(name.text)
    const binding: Binding = { name: name.text, kind, node: name, scope, fn, plain, assigned: false }
    if (existing) {
      const loose = (k: BindingKind): boolean => k === 'var' || k === 'parameter'
      const merges =
        kind === 'namespace' || existing.kind === 'namespace' || (kind === 'enum' && existing.kind === 'enum')
      if (loose(kind) && loose(existing.kind)) existing.assigned = existing.changed = true
      else if (!merges) this.errors.add('syntax', `"${name.text}" is declared twice in one scope`, name)
      if (merges && kind === 'namespace') return existing
      if (loose(kind)) return existing
    }
    scope.names.set(name.text, binding)
    return binding
  }

  private children(node: ts.Node, scope: Scope): void {
    ts.forEachChild(node, (child) => {
      this.visit(child, scope)
    })
  }

  private visit(node: ts.Node, scope: Scope): void {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return
    rejectUnsupported(node, this.errors, this.functions)
    this.moving.visit(node, scope)
    if (ts.isFunctionLike(node)) {
      this.inHead(null, () => this.visitFunction(node as ts.FunctionLikeDeclaration, scope))
      return
    }
    switch (node.kind) {
      case SyntaxKind.InterfaceDeclaration:
      case SyntaxKind.TypeAliasDeclaration:
      case SyntaxKind.TypeParameter:
        return
      case SyntaxKind.ThisKeyword:
      case SyntaxKind.SuperKeyword:
        this.markThis()
        return
      case SyntaxKind.ImportDeclaration:
        for (const { name, imported } of this.table.declared(node as ts.ImportDeclaration)) {
          if (imported.from === 'nowhere' || !('kind' in imported) || imported.kind !== 'type') {
            this.imports.set(this.declare(name, 'import', scope), imported)
          }
        }
        return
      case SyntaxKind.ExportDeclaration:
        this.visitReexport(node as ts.ExportDeclaration)
        return
      case SyntaxKind.ClassDeclaration:
      case SyntaxKind.ClassExpression:
        this.visitClass(node as ts.ClassLikeDeclaration, scope)
        return
      case SyntaxKind.EnumDeclaration:
        this.visitEnum(node as ts.EnumDeclaration, scope)
        return
      case SyntaxKind.ModuleDeclaration:
        this.visitNamespace(node as ts.ModuleDeclaration, scope)
        return
      case SyntaxKind.Block:
      case SyntaxKind.CaseBlock:
      case SyntaxKind.ForStatement:
      case SyntaxKind.ForInStatement:
      case SyntaxKind.ForOfStatement:
      case SyntaxKind.CatchClause: {
        const inner = new Scope(scope, 'block')
        inner.noFlags = node.kind !== SyntaxKind.Block
        this.scopes.set(node, inner)
        if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
          if (!ts.isVariableDeclarationList(node.initializer)) this.assign(node.initializer, scope)
        }
        if (ts.isForStatement(node)) this.visitFor(node, inner)
        else this.children(node, inner)
        if (ts.isCatchClause(node)) this.hoisting.body(inner, this.scopes.get(node.block))
        return
      }
      case SyntaxKind.VariableStatement:
        if (hasModifier(node as ts.VariableStatement, SyntaxKind.DeclareKeyword)) return
        break
      case SyntaxKind.VariableDeclarationList:
        this.visitVariables(node as ts.VariableDeclarationList, scope)
        return
      case SyntaxKind.VariableDeclaration:
        this.visitCatchVariable(node as ts.VariableDeclaration, scope)
        return
      case SyntaxKind.BinaryExpression: {
        const { operatorToken, left } = node as ts.BinaryExpression
        const kind = operatorToken.kind
        if (kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment) this.assign(left, scope)
        break
      }
      case SyntaxKind.PrefixUnaryExpression:
      case SyntaxKind.PostfixUnaryExpression: {
        const { operator, operand } = node as ts.PrefixUnaryExpression
        if (operator === SyntaxKind.PlusPlusToken || operator === SyntaxKind.MinusMinusToken)
          this.assign(operand, scope)
        break
      }
    }
    this.children(node, scope)
  }

  private visitFor(node: ts.ForStatement, scope: Scope): void {
    ts.forEachChild(node, (child) => {
      this.inHead(child === node.statement ? null : scope, () => this.visit(child, scope))
    })
  }

  private inHead(head: Scope | null, visit: () => void): void {
    const before = this.head
    this.head = head
    visit()
    this.head = before
  }

  private markThis(): void {
    for (let i = this.functions.length - 1; i >= 0; i--) {
      const fn = this.functions[i]
      if (!fn || !ts.isArrowFunction(fn)) return
      this.arrowsWithThis.add(fn)
    }
  }

  private assign(target: ts.Node, scope: Scope): void {
    const node = ts.isExpression(target) ? ts.skipPartiallyEmittedExpressions(target) : target
    if (ts.isIdentifier(node)) this.targets.push({ name: node.text, scope, head: this.head })
    else if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node))
      this.assign(node.expression, scope)
    else if (ts.isArrayLiteralExpression(node)) for (const element of node.elements) this.assign(element, scope)
    else if (ts.isSpreadElement(node) || ts.isSpreadAssignment(node)) this.assign(node.expression, scope)
    else if (ts.isBinaryExpression(node)) this.assign(node.left, scope)
    else if (ts.isObjectLiteralExpression(node)) for (const property of node.properties) this.assign(property, scope)
    else if (ts.isPropertyAssignment(node)) this.assign(node.initializer, scope)
    else if (ts.isShorthandPropertyAssignment(node)) this.targets.push({ name: node.name.text, scope, head: this.head })
  }

  private visitFunction(node: ts.FunctionLikeDeclaration, scope: Scope): void {
    if (ts.isFunctionDeclaration(node)) {
      if (!node.body || hasModifier(node, SyntaxKind.DeclareKeyword)) return
      if (node.name) this.declare(node.name, 'function', scope, node)
    }
    if (!('body' in node) || !node.body) return
    const name = 'name' in node ? node.name : undefined
    if (name && ts.isComputedPropertyName(name)) this.visit(name, scope)
    const inner = new Scope(scope, 'function')
    this.scopes.set(node, inner)
    if (ts.isFunctionExpression(node) && node.name) {
      const own = new Scope(scope, 'block')
      this.declare(node.name, 'own-name', own, node)
      const rest = new Scope(own, 'function')
      this.scopes.set(node, rest)
      this.visitBody(node, rest)
      return
    }
    this.visitBody(node, inner)
  }

  private visitBody(node: ts.FunctionLikeDeclaration, scope: Scope): void {
    this.functions.push(node)
    for (const parameter of node.parameters) {
      rejectUnsupported(parameter, this.errors, this.functions)
      if (ts.isIdentifier(parameter.name) && parameter.name.text === 'this') continue
      this.visitPattern(parameter.name, 'parameter', scope)
      const { initializer } = parameter
      if (initializer) this.moving.inParameters(() => this.visit(initializer, scope))
    }
    if ('body' in node && node.body) {
      if (!ts.isBlock(node.body)) this.moving.returned(node.body as ts.Expression, scope)
      this.visit(node.body, scope)
      this.hoisting.body(scope, this.scopes.get(node.body))
    }
    this.functions.pop()
  }

  private visitPattern(name: ts.BindingName, kind: BindingKind, scope: Scope): void {
    if (ts.isIdentifier(name)) {
      rejectUnsupported(name, this.errors, this.functions)
      if (kind === 'var') this.hoisting.declared(name, scope)
      this.declare(name, kind, kind === 'var' ? scope.hoistTarget() : scope)
      return
    }
    for (const element of name.elements) {
      if (!ts.isBindingElement(element)) continue
      if (element.propertyName && ts.isComputedPropertyName(element.propertyName))
        this.visit(element.propertyName, scope)
      this.visitPattern(element.name, kind, scope)
      if (element.initializer) this.visit(element.initializer, scope)
    }
  }

  private visitVariables(list: ts.VariableDeclarationList, scope: Scope): void {
    const using = isUsing(list)
    const block = list.flags & ts.NodeFlags.BlockScoped
    const kind: BindingKind = using
      ? 'using'
      : block === ts.NodeFlags.Const
        ? 'const'
        : block === ts.NodeFlags.Let
          ? 'let'
          : 'var'
    if (using && scope.usingName === null) scope.usingName = `$u${++this.usings}`
    for (const declaration of list.declarations) {
      rejectUnsupported(declaration, this.errors, this.functions)
      const init = declaration.initializer
      if (ts.isIdentifier(declaration.name)) {
        rejectUnsupported(declaration.name, this.errors, this.functions)
        const value = init ? skipOuter(init) : undefined
        const fn = value && (kind === 'const' || kind === 'let') && isTwinned(value) ? value : null
        const plain = value !== undefined && kind === 'const' && isPlainValue(value)
        if (kind === 'var') this.hoisting.declared(declaration.name, scope)
        this.declare(declaration.name, kind, kind === 'var' ? scope.hoistTarget() : scope, fn, plain)
      } else this.visitPattern(declaration.name, kind, scope)
      this.moving.declared(declaration, scope)
      if (init) this.visit(init, scope)
    }
  }

  private visitCatchVariable(node: ts.VariableDeclaration, scope: Scope): void {
    this.visitPattern(node.name, 'let', scope)
  }

  private visitClass(node: ts.ClassLikeDeclaration, scope: Scope): void {
    if (hasModifier(node, SyntaxKind.DeclareKeyword)) return
    if (ts.isClassDeclaration(node) && node.name) this.declare(node.name, 'class', scope)
    const inner = new Scope(scope, 'class')
    this.scopes.set(node, inner)
    if (ts.isClassExpression(node) && node.name) this.declare(node.name, 'class', inner)
    for (const clause of node.heritageClauses ?? []) {
      if (clause.token === SyntaxKind.ExtendsKeyword)
        for (const type of clause.types) this.visit(type.expression, inner)
    }
    for (const member of node.members) {
      if (ts.isMethodDeclaration(member) && ts.isPrivateIdentifier(member.name))
        inner.privateMethods.add(member.name.text)
    }
    for (const member of node.members) {
      if (ts.isPropertyDeclaration(member) || ts.isClassStaticBlockDeclaration(member)) {
        rejectUnsupported(member, this.errors, this.functions)
        const body = new Scope(inner, 'function')
        this.scopes.set(member, body)
        this.functions.push(member)
        if (ts.isPropertyDeclaration(member)) {
          if (ts.isComputedPropertyName(member.name)) this.visit(member.name, inner)
          this.moving.stored(member.initializer, body)
          if (member.initializer) this.visit(member.initializer, body)
        } else this.visit(member.body, body)
        this.functions.pop()
      } else this.visit(member, inner)
    }
  }

  private visitEnum(node: ts.EnumDeclaration, scope: Scope): void {
    if (hasModifier(node, SyntaxKind.DeclareKeyword)) return
    this.declare(node.name, 'enum', scope)
    const inner = new Scope(scope, 'enum', node.name.text)
    this.scopes.set(node, inner)
    for (const member of node.members) {
      if (ts.isIdentifier(member.name)) this.declare(member.name, 'enum-member', inner)
    }
    for (const member of node.members) if (member.initializer) this.visit(member.initializer, inner)
  }

  private visitNamespace(node: ts.ModuleDeclaration, scope: Scope): void {
    if (!moduleIsInstantiated(node)) return
    if (!ts.isIdentifier(node.name)) return
    this.declare(node.name, 'namespace', scope)
    const inner = new Scope(scope, 'namespace', node.name.text)
    this.scopes.set(node, inner)
    if (node.body && ts.isModuleBlock(node.body)) this.children(node.body, inner)
    else if (node.body) this.visit(node.body, inner)
  }

  private visitReexport(node: ts.ExportDeclaration): void {
    if (!node.moduleSpecifier || !ts.isStringLiteral(node.moduleSpecifier)) return
    this.table.source(node.moduleSpecifier, !node.isTypeOnly)
  }
}

function isTwinned(node: ts.Expression): node is ts.ArrowFunction | ts.FunctionExpression {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node)
}

function isPlainValue(node: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)) return true
  return ts.isNewExpression(node) && ts.isIdentifier(node.expression) && PLAIN_CLASSES.includes(node.expression.text)
}
