/**
 * Which functions of the interleaved form can be written once, outside of the code that is run for each execution, with
 * what they close over as leading parameters (closure conversion). V8 makes a map for each closure that is a generator
 * function, in the old generation, and that map keeps the closure and all that it reaches alive until the next full
 * collection: a program that is executed a million times would leave nothing that dies young.
 *
 * A captured name becomes a parameter, read when the function is called. So it must have its value by then and never
 * get another one. What is not certain stays a closure.
 */

import ts from 'typescript'
import { skipOuter } from './skip-outer.ts'
import type { Bound } from './bind.ts'
import type { Binding, FunctionValue, Scope } from './scope.ts'

/** Read once: on the namespace it is a getter. */
const { SyntaxKind } = ts

/** A function that may be lifted: a function value or a method of an object literal. */
export type Liftable = FunctionValue | ts.MethodDeclaration

interface Reference {
  readonly node: ts.Identifier
  readonly binding: Binding
}

/** Answers for one file. */
export class LiftableFunctions {
  private readonly references: Reference[] = []
  private readonly known = new Map<ts.Node, readonly Binding[] | null>()
  private readonly byBinding = new Map<Binding, ts.Identifier[]>()

  constructor(
    sourceFile: ts.SourceFile,
    private readonly bound: Bound,
  ) {
    this.collect(sourceFile, bound.module)
  }

  /** The bindings that a function closes over, by name; `null` if it has to stay a closure. */
  captures(fn: Liftable): readonly Binding[] | null {
    const known = this.known.get(fn)
    if (known !== undefined) return known
    const found = this.find(fn)
    this.known.set(fn, found)
    return found
  }

  private find(fn: Liftable): readonly Binding[] | null {
    if (!hasSimpleParameters(fn) || isRefused(fn, this.bound)) return null
    const captured = new Set<Binding>()
    for (const { node, binding } of this.references) {
      if (binding.kind === 'import' || captured.has(binding) || !isWithin(node, fn)) continue
      if (isWithin(binding.node, fn) && binding.node !== fn.name) continue
      if (!this.isSettled(binding, fn)) return null
      captured.add(binding)
    }
    return [...captured].sort((a, b) => a.node.pos - b.node.pos)
  }

  /** True if a binding has its value whenever the function is called, and never another one. */
  private isSettled(binding: Binding, fn: Liftable): boolean {
    if (binding.moved === true || isChanged(binding, fn)) return false
    switch (binding.kind) {
      case 'parameter':
        return binding.node.parent.kind === SyntaxKind.Parameter && isInBody(fn, binding.node.parent.parent)
      case 'function':
        return isPlainBlock((binding.fn ?? binding.node.parent).parent)
      case 'const':
      case 'let':
      case 'class':
      case 'enum': {
        const declaration = declarationOf(binding.node)
        if (declaration === null) return false
        if (declaration === functionHolder(fn)) return true
        return this.firstCall(fn, declaration, new Set()) >= declaration.end
      }
      default:
        return false
    }
  }

  /**
   * The first place of the code around a declaration at which a function can be called: that code runs from the top to
   * the bottom. A function with a name can be called where the name is mentioned, any other one where it stands.
   */
  private firstCall(fn: ts.Node, declaration: ts.Node, seen: Set<ts.Node>): number {
    if (seen.has(fn)) return Infinity
    seen.add(fn)
    const name = nameOf(fn)
    const own = name === null ? null : this.bindingNamed(name)
    if (own === null || own.assigned) return this.when(fn, declaration, seen)
    let first = Infinity
    for (const mention of this.byBinding.get(own) ?? []) {
      if (isWithin(mention, fn)) continue
      first = Math.min(first, this.when(mention, declaration, seen))
    }
    return first
  }

  /** The first place of the code around a declaration at which what stands at a node can be run. */
  private when(node: ts.Node, declaration: ts.Node, seen: Set<ts.Node>): number {
    for (let outer: ts.Node = node.parent; !ts.isSourceFile(outer); outer = outer.parent) {
      if (outer.pos <= declaration.pos && declaration.end <= outer.end) break
      // A method is called where its object or class is there, or later: it is as what is around it.
      if (isFunctionValue(outer)) return this.firstCall(outer, declaration, seen)
    }
    return node.pos
  }

  private bindingNamed(name: ts.Identifier): Binding | null {
    for (let node: ts.Node = name; ; node = node.parent) {
      const found = this.bound.scopes.get(node)?.names.get(name.text)
      if (found?.node === name) return found
      if (ts.isSourceFile(node)) return null
    }
  }

  private collect(node: ts.Node, scope: Scope): void {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return
    if (ts.isIdentifier(node)) {
      if (isOnlyAName(node)) return
      const binding = scope.resolve(node.text)
      if (binding === null || binding.node === node) return
      this.references.push({ node, binding })
      const all = this.byBinding.get(binding)
      if (all) all.push(node)
      else this.byBinding.set(binding, [node])
      return
    }
    const inner = this.bound.scopes.get(node) ?? scope
    ts.forEachChild(node, (child) => {
      this.collect(child, inner)
    })
  }
}

/** Plain names and a last `...rest`: a function with these parameters can hand them on one by one. */
function hasSimpleParameters(fn: Liftable): boolean {
  return fn.parameters.every(({ name, initializer }) => ts.isIdentifier(name) && initializer === undefined)
}

/** True for what cannot be written elsewhere. */
function isRefused(fn: Liftable, bound: Bound): boolean {
  if (ts.isFunctionExpression(fn) && fn.name) return true
  if (ts.isFunctionDeclaration(fn) && (!fn.name || !isPlainBlock(fn.parent))) return true
  if (bound.arrowsWithThis.has(fn) || holdsRefused(fn)) return true
  for (let node: ts.Node = fn; !ts.isSourceFile(node); node = node.parent) {
    const { parent } = node
    if (ts.isModuleDeclaration(parent) || ts.isClassLike(parent) || ts.isEnumDeclaration(parent)) return true
    // The list of a loop is evaluated before the names of its head are there; so are default values.
    if ((ts.isForOfStatement(parent) || ts.isForInStatement(parent)) && parent.expression === node) return true
    if (ts.isParameter(parent) || ts.isBindingElement(parent)) return true
  }
  return false
}

/** `this` of its own, `super`, `arguments`, private names, declarations that live on objects. */
function holdsRefused(node: ts.Node): boolean {
  switch (node.kind) {
    case SyntaxKind.ThisKeyword:
    case SyntaxKind.SuperKeyword:
    case SyntaxKind.MetaProperty:
    case SyntaxKind.PrivateIdentifier:
    case SyntaxKind.ModuleDeclaration:
      return true
  }
  if (ts.isIdentifier(node) && node.text === 'arguments') return true
  return ts.forEachChild(node, (child) => holdsRefused(child) || undefined) === true
}

/** True if a binding may get another value after the function was made. */
function isChanged(binding: Binding, fn: ts.Node): boolean {
  if (!binding.assigned) return false
  // Each turn of `for (let i = 0; …; i++)` has an `i` of its own, and what its body makes sees only that one.
  if (binding.changed === true) return true
  const loop = binding.node.parent.parent.parent
  return !ts.isForStatement(loop) || !isWithin(fn, loop.statement)
}

/** What gives a binding its value; `null` where the order of the text is not the order of time. */
function declarationOf(name: ts.Node): ts.Node | null {
  let node = name.parent
  while (ts.isBindingElement(node) || ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node))
    node = node.parent
  const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node
  return ts.isCaseOrDefaultClause(statement.parent) ? null : node
}

/** The declaration `const f = () => …` that a function is the value of. */
function functionHolder(fn: ts.Node): ts.VariableDeclaration | null {
  let node = fn.parent
  while (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    node = node.parent
  if (!ts.isVariableDeclaration(node) || !node.initializer || !ts.isIdentifier(node.name)) return null
  return skipOuter(node.initializer) === fn ? node : null
}

/** The name that a function can be called by, and by no other way. */
function nameOf(fn: ts.Node): ts.Identifier | null {
  if (ts.isFunctionDeclaration(fn)) return fn.name ?? null
  const holder = functionHolder(fn)
  return holder && ts.isIdentifier(holder.name) ? holder.name : null
}

function isFunctionValue(node: ts.Node): node is FunctionValue {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node)
}

/** True if the declarations of functions in a node are made at its start (`emitHoists`). */
function isPlainBlock(node: ts.Node): boolean {
  return ts.isSourceFile(node) || ts.isBlock(node)
}

function isInBody(node: ts.Node, fn: ts.Node): boolean {
  return 'body' in fn && fn.body !== undefined && isWithin(node, fn.body as ts.Node)
}

function isWithin(node: ts.Node, outer: ts.Node): boolean {
  return outer.pos <= node.pos && node.end <= outer.end
}

/** True for identifiers that refer to nothing: names of properties and labels. */
function isOnlyAName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isPropertyDeclaration(parent))
    return parent.name === node
  if (ts.isBindingElement(parent)) return parent.propertyName === node
  return ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)
}
