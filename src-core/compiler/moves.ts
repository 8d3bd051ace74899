/**
 * Where the names of a file are moved (SURFACE §1): `const y = x`, passing by value, storing, returning. Whether a
 * value is an owner is known at run time only; here it is found which mentions of a name may move it and which are
 * uses.
 *
 * A parameter that is declared as the owner's own type (`Owned<Fw>`, `VVec<number>`) takes the value over; one
 * declared as what the owner stands for (`Fw`, `Ref<…>`) borrows it. Variables of `for … of` and parameters of
 * callbacks without a type are borrows. Functions of other files say in their exports what they take over
 * (emit-modules.ts); a call of anything else borrows, but for the functions listed here.
 */

import ts from 'typescript'
import type { ImportTable, Imported } from './imports.ts'
import type { Binding, Scope } from './scope.ts'
import { skipOuter } from './skip-outer.ts'

/** Read once: on the namespace it is a getter. */
const { SyntaxKind } = ts

/** The name is a borrow, or what takes it borrows: it is never moved. */
export const BORROWS = '-'
/** What a function of another file takes over is asked when it is called: slot, name and index follow. */
export const ELSEWHERE = '@'
/** Functions of the surface that take a value over. */
const CONSUMING = new Set(['drop', 'into_phys'])
/** Functions of types of the surface that take their argument over. */
const CONSUMING_STATICS = new Set([
  ...['new', 'into_raw', 'into_phys', 'into_foreign', 'into_shared', 'leak'],
  'into_mmput_async',
  ...['Ram', 'Dma', 'Sgt'],
])
/** Methods that store what they are given. */
const STORING = new Set(['push', 'unshift', 'set', 'add', 'fill'])

/** A mention of a name in a place that takes values over. */
interface Candidate {
  readonly node: ts.Identifier
  readonly scope: Scope
  /** Types that take over, joined by "|"; empty = any owner; BORROWS = none. Asked when the whole file is bound. */
  readonly target: () => string
}

export class MoveFinder {
  /** Mentions that may move: what the place takes over, and what the name itself may own. */
  readonly moves = new Map<ts.Node, { readonly target: string; readonly own: string }>()
  /** Other mentions of names that are moved somewhere. */
  readonly uses = new Set<ts.Node>()
  private readonly candidates: Candidate[] = []
  private readonly mentions: { readonly node: ts.Identifier; readonly scope: Scope }[] = []
  /** Depth of parameter lists being bound: their defaults run before there is a body. */
  private parameters = 0
  private readonly methods = new Map<string, ts.SignatureDeclaration | null>()
  private readonly classes = new Map<string, ts.ClassLikeDeclaration>()

  constructor(
    private readonly table: ImportTable,
    private readonly imports: ReadonlyMap<Binding, Imported>,
  ) {}

  inParameters(act: () => void): void {
    this.parameters++
    try {
      act()
    } finally {
      this.parameters--
    }
  }

  /** Sees every node once. */
  visit(node: ts.Node, scope: Scope): void {
    if (this.parameters > 0) return
    switch (node.kind) {
      case SyntaxKind.Identifier:
        if (isMention(node as ts.Identifier)) this.mentions.push({ node: node as ts.Identifier, scope })
        return
      case SyntaxKind.CallExpression:
        this.call(node as ts.CallExpression, scope)
        return
      case SyntaxKind.NewExpression:
        this.construct(node as ts.NewExpression, scope)
        return
      case SyntaxKind.ReturnStatement:
        this.returned((node as ts.ReturnStatement).expression, scope)
        return
      case SyntaxKind.PropertyAssignment:
        if (isTarget(node.parent)) return
        this.place((node as ts.PropertyAssignment).initializer, scope, () => '')
        return
      case SyntaxKind.ShorthandPropertyAssignment:
        if (isTarget(node.parent)) return
        this.place((node as ts.ShorthandPropertyAssignment).name, scope, () => '')
        return
      case SyntaxKind.ArrayLiteralExpression:
        if (isTarget(node)) return
        for (const element of (node as ts.ArrayLiteralExpression).elements) this.place(element, scope, () => '')
        return
      case SyntaxKind.BinaryExpression: {
        const { left, operatorToken, right } = node as ts.BinaryExpression
        if (operatorToken.kind !== SyntaxKind.EqualsToken) return
        this.place(right, scope, () => {
          const target = ts.isIdentifier(left) ? scope.resolve(left.text) : null
          return target === null ? '' : ownedType(target, false)
        })
        return
      }
      case SyntaxKind.MethodDeclaration: {
        const { name } = node as ts.MethodDeclaration
        const text = ts.isIdentifier(name) ? name.text : ''
        // Two methods of one name: nothing is known of a call by name.
        if (text !== '') this.methods.set(text, this.methods.has(text) ? null : (node as ts.MethodDeclaration))
        return
      }
      case SyntaxKind.ClassDeclaration: {
        const name = (node as ts.ClassDeclaration).name?.text
        if (name !== undefined) this.classes.set(name, node as ts.ClassDeclaration)
        return
      }
    }
  }

  /** A variable with a value. */
  declared(node: ts.VariableDeclaration, scope: Scope): void {
    if (ts.isIdentifier(node.name) && this.parameters === 0)
      this.place(node.initializer, scope, () => typeNames(node.type))
  }

  /** What a function returns: a local name is moved out; one from outside is lent, call by call. */
  returned(value: ts.Expression | undefined, scope: Scope): void {
    if (this.parameters > 0 || value === undefined) return
    const node = skipOuter(value)
    if (ts.isConditionalExpression(node)) {
      this.returned(node.whenTrue, scope)
      this.returned(node.whenFalse, scope)
      return
    }
    this.place(node, scope, () => {
      const binding = ts.isIdentifier(node) ? scope.resolve(node.text) : null
      return binding !== null && isLocal(binding, scope) ? '' : BORROWS
    })
  }

  /** The value of a field. */
  stored(value: ts.Expression | undefined, scope: Scope): void {
    if (this.parameters === 0) this.place(value, scope, () => '')
  }

  private place(value: ts.Node | undefined, scope: Scope, target: () => string): void {
    if (value === undefined) return
    const node = ts.isExpression(value) ? skipOuter(value) : value
    if (ts.isConditionalExpression(node)) {
      this.place(node.whenTrue, scope, target)
      this.place(node.whenFalse, scope, target)
    } else if (ts.isIdentifier(node)) this.candidates.push({ node, scope, target })
  }

  private call(node: ts.CallExpression, scope: Scope): void {
    const callee = skipOuter(node.expression)
    for (const [index, argument] of node.arguments.entries())
      this.place(argument, scope, () => this.taken(callee, scope, index))
  }

  /** What the function called takes over as argument `index`. */
  private taken(callee: ts.Expression, scope: Scope, index: number): string {
    if (ts.isIdentifier(callee)) {
      const binding = scope.resolve(callee.text)
      const imported = binding === null ? undefined : this.imports.get(binding)
      if (imported?.from === 'surface') return CONSUMING.has(imported.name) ? '' : BORROWS
      if (imported?.from === 'file') return `${ELSEWHERE}${imported.slot}.${imported.name}.${index}`
      return binding?.fn && !binding.assigned ? parameterType(binding.fn, index) : BORROWS
    }
    if (!ts.isPropertyAccessExpression(callee)) return BORROWS
    const { text } = callee.name
    const receiver = skipOuter(callee.expression)
    const binding = ts.isIdentifier(receiver) ? scope.resolve(receiver.text) : null
    const imported = binding === null ? undefined : this.imports.get(binding)
    if (imported?.from === 'surface') return CONSUMING_STATICS.has(text) ? '' : BORROWS
    if (imported?.from === 'surface-module') return CONSUMING.has(text) ? '' : BORROWS
    const method = this.methods.get(text)
    if (method) return parameterType(method, index)
    return STORING.has(text) ? '' : BORROWS
  }

  private construct(node: ts.NewExpression, scope: Scope): void {
    const callee = skipOuter(node.expression)
    for (const [index, argument] of (node.arguments ?? []).entries()) {
      this.place(argument, scope, () => {
        const made = ts.isIdentifier(callee) ? this.classes.get(callee.text) : undefined
        const constructor = made?.members.find((member) => ts.isConstructorDeclaration(member))
        return constructor === undefined ? BORROWS : parameterType(constructor, index)
      })
    }
  }

  /** Decides, when every declaration of the file is known. */
  finish(): void {
    if (!this.table.hasOwners) return
    for (const { node, scope, target } of this.candidates) {
      const binding = scope.resolve(node.text)
      if (binding === null || !canMove(binding)) continue
      const takes = target()
      const own = ownedType(binding, true)
      if (takes === BORROWS || own === BORROWS) continue
      binding.moved = true
      this.moves.set(node, { target: takes, own })
    }
    for (const { node, scope } of this.mentions) {
      if (scope.resolve(node.text)?.moved === true && !this.moves.has(node)) this.uses.add(node)
    }
  }
}

/** True if a name is declared in the function that a scope lies in. */
function isLocal(binding: Binding, scope: Scope): boolean {
  for (let at: Scope | null = scope; at; at = at.parent) {
    if (at === binding.scope) return true
    if (at.kind === 'function') return false
  }
  return false
}

/** Names that can hold an owner, in a scope that has room for their flags. */
function canMove(binding: Binding): boolean {
  const { kind, scope, fn } = binding
  if (fn !== null || binding.plain || scope.noFlags) return false
  return kind === 'const' || kind === 'let' || kind === 'using' || kind === 'parameter'
}

/** The types that a name may own by its declaration; `asOwner`: a callback's parameter without a type owns nothing. */
function ownedType(binding: Binding, asOwner: boolean): string {
  const { parent } = binding.node
  if (ts.isVariableDeclaration(parent)) return typeNames(parent.type)
  if (!ts.isParameter(parent)) return asOwner ? BORROWS : ''
  if (parent.type !== undefined) return typeNames(parent.type)
  return asOwner && !ts.isFunctionDeclaration(parent.parent) ? BORROWS : ''
}

/** What a function takes over, parameter by parameter; null if it borrows them all. */
export function takenBy(node: ts.SignatureDeclaration): readonly string[] | null {
  const types = node.parameters.map((_, index) => parameterType(node, index))
  return types.every((type) => type === BORROWS) ? null : types
}

function parameterType(node: ts.SignatureDeclaration, index: number): string {
  const parameters = node.parameters.filter((p) => !(ts.isIdentifier(p.name) && p.name.text === 'this'))
  const parameter = parameters[index]
  if (parameter === undefined || parameter.dotDotDotToken !== undefined || !ts.isIdentifier(parameter.name))
    return BORROWS
  return typeNames(parameter.type)
}

/** The names of the types in an annotation, joined by "|"; empty if there is none. */
function typeNames(type: ts.TypeNode | undefined): string {
  if (type === undefined) return ''
  const names: string[] = []
  const add = (node: ts.TypeNode): void => {
    if (ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node)) node.types.forEach(add)
    else if (ts.isParenthesizedTypeNode(node)) add(node.type)
    else if (ts.isTypeReferenceNode(node))
      names.push(ts.isIdentifier(node.typeName) ? node.typeName.text : node.typeName.right.text)
  }
  add(type)
  return names.length === 0 ? BORROWS : names.join('|')
}

/** True if an identifier stands for its value: not a declared name, a property name, a label or a target. */
function isMention(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isShorthandPropertyAssignment(parent)) return parent.name === node && !isTarget(parent.parent)
  if (ts.isBindingElement(parent)) return parent.initializer === node
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && !isTarget(parent.parent)
  if (ts.isPropertyDeclaration(parent) || ts.isEnumMember(parent) || ts.isVariableDeclaration(parent))
    return parent.initializer === node
  if (ts.isBinaryExpression(parent)) return !(parent.left === node && isAssignment(parent.operatorToken.kind))
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return parent.operator !== SyntaxKind.PlusPlusToken && parent.operator !== SyntaxKind.MinusMinusToken
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.expression === node
  if (ts.isArrayLiteralExpression(parent) || ts.isSpreadElement(parent)) return !isTarget(parent)
  if (ts.isTypeOfExpression(parent) || ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent))
    return false
  return ts.isExpression(parent) || ts.isStatement(parent) || ts.isTemplateSpan(parent) || ts.isCaseClause(parent)
}

/** True for an array or object literal that is a pattern to assign to, or a part of one. */
function isTarget(node: ts.Node): boolean {
  const { parent } = node
  if (ts.isBinaryExpression(parent))
    return parent.left === node && (parent.operatorToken.kind === SyntaxKind.EqualsToken || isTarget(parent))
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.initializer === node
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && isTarget(parent.parent)
  const within =
    ts.isArrayLiteralExpression(parent) || ts.isSpreadElement(parent) || ts.isParenthesizedExpression(parent)
  return within && isTarget(parent)
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment
}
