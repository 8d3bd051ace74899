/**
 * Plain JavaScript state that several tasks touch: the explorer does not see it, so no claim covers it (SURFACE §9).
 *
 * A task's code is the function given to what makes tasks or is called back in another context. A variable or the
 * object it holds counts as shared if two tasks touch it, or one task and what runs beside it, and one of them writes
 * it. What is only written before the first task is made counts as initialisation.
 */
import ts from 'typescript'
import type { SourceFile } from './contract.ts'

/** Calls whose function argument runs as another task or in another context. */
const MAKERS = new Set([
  'kthread_run',
  'spawn',
  'fork',
  'call_rcu',
  'request_irq',
  'INIT_WORK',
  'timer_setup',
  'shrinker_register',
])
/** Constructors of what the explorer sees, and functions that make handles: sharing these is fine. */
const VISIBLE =
  /^(shared|atomic_t|refcount_t|mutex|spinlock_t|rw_semaphore|completion|rcu_head|list_lru|struct|sizeof)$/
const WRITING_METHODS = new Set([
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'set',
  'delete',
  'add',
  'clear',
  'sort',
  'reverse',
  'fill',
  'copyWithin',
])

/** Operations that the kernel calls in the task of a user program, or in reclaim. */
const CALLBACKS = /^(open|mmap|ioctl|read|write|release|fault|close|count_objects|scan_objects)$/

interface Use {
  /** Task that uses it: index of the function, 0 = code that makes tasks. */
  readonly task: number
  readonly writes: boolean
}

/** Names of the shared variables, in order of their declaration; `name (file)` if there are several files. */
export function invisibleSharing(files: readonly SourceFile[]): string[] {
  const found: string[] = []
  for (const { path, text } of files) {
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS)
    for (const name of sharedIn(source)) found.push(files.length > 1 ? `${name} (${path})` : name)
  }
  return found
}

function sharedIn(source: ts.SourceFile): string[] {
  const scopes = new Scopes(source)
  const uses = new Map<ts.Identifier, Use[]>()
  let tasks = 0
  let made = false
  const visit = (node: ts.Node, task: number, many: boolean): void => {
    if (ts.isIdentifier(node) && !isName(node)) {
      const declaration = scopes.find(node)
      if (declaration !== null) {
        const writes = isWritten(node) && !isLoopHead(node, declaration)
        const list = uses.get(declaration) ?? []
        uses.set(declaration, list)
        // What was there before the first task is initialisation.
        if (task !== 0 || made) list.push({ task, writes })
        // Code of a task that is made in a loop runs beside itself.
        if (task !== 0 && many) list.push({ task: -task, writes })
      }
      return
    }
    if (ts.isCallExpression(node) && MAKERS.has(calleeName(node))) {
      visit(node.expression, task, many)
      const loop = many || isInLoop(node)
      for (const argument of node.arguments) {
        const fn = functionOf(argument, scopes)
        if (fn === null) visit(argument, task, many)
        else {
          made = true
          visit(fn, ++tasks, loop)
        }
      }
      return
    }
    if (isCallback(node)) {
      // Whoever calls runs it: several tasks at once, perhaps.
      made = true
      const callback = ++tasks
      ts.forEachChild(node, (child) => visit(child, callback, true))
      return
    }
    ts.forEachChild(node, (child) => visit(child, task, many))
  }
  visit(source, 0, false)
  const names: string[] = []
  for (const [declaration, list] of uses) {
    if (isVisible(declaration) || !isOuter(declaration, source)) continue
    if (new Set(list.map(({ task }) => task)).size > 1 && list.some(({ writes }) => writes))
      names.push(declaration.text)
  }
  return [...new Set(names)]
}

function calleeName({ expression }: ts.CallExpression): string {
  if (ts.isIdentifier(expression)) return expression.text
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : ''
}

/** True for a function that is a member of an object under the name of an operation. */
function isCallback(node: ts.Node): boolean {
  if (ts.isMethodDeclaration(node)) {
    return ts.isObjectLiteralExpression(node.parent) && CALLBACKS.test(node.name.getText())
  }
  if (!ts.isPropertyAssignment(node) || !CALLBACKS.test(node.name.getText())) return false
  return ts.isArrowFunction(node.initializer) || ts.isFunctionExpression(node.initializer)
}

/** The function that an argument is, or names. */
function functionOf(argument: ts.Expression, scopes: Scopes): ts.Node | null {
  if (ts.isArrowFunction(argument) || ts.isFunctionExpression(argument)) return argument
  if (!ts.isIdentifier(argument)) return null
  const parent = scopes.find(argument)?.parent
  if (parent === undefined) return null
  if (ts.isFunctionDeclaration(parent)) return parent.body ?? null
  if (!ts.isVariableDeclaration(parent) || parent.initializer === undefined) return null
  const { initializer } = parent
  return ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer) ? initializer : null
}

function isInLoop(node: ts.Node): boolean {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (ts.isForStatement(at) || ts.isForOfStatement(at) || ts.isWhileStatement(at) || ts.isDoStatement(at)) return true
    if (ts.isFunctionLike(at)) return /^(map|forEach|from)$/.test(callerOf(at))
  }
  return false
}

function callerOf(fn: ts.Node): string {
  return fn.parent !== undefined && ts.isCallExpression(fn.parent) ? calleeName(fn.parent) : ''
}

/** A name that is no use of a variable: a declaration, a property, a label, a type. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node
  if (ts.isPropertyAssignment(parent)) return parent.name === node
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent))
    return parent.name === node
  if (ts.isFunctionDeclaration(parent) || ts.isClassDeclaration(parent)) return parent.name === node
  return ts.isImportSpecifier(parent) || ts.isTypeNode(parent) || ts.isLabeledStatement(parent)
}

/** True if this use changes the variable or what it holds. */
function isWritten(node: ts.Identifier): boolean {
  let at: ts.Node = node
  while (
    (ts.isPropertyAccessExpression(at.parent) ||
      ts.isElementAccessExpression(at.parent) ||
      ts.isNonNullExpression(at.parent)) &&
    at.parent.expression === at
  ) {
    at = at.parent
  }
  const { parent } = at
  if (ts.isBinaryExpression(parent) && parent.left === at) {
    const { kind } = parent.operatorToken
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    return parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken
  }
  if (ts.isDeleteExpression(parent)) return true
  return (
    ts.isCallExpression(parent) &&
    parent.expression === at &&
    ts.isPropertyAccessExpression(at) &&
    WRITING_METHODS.has(at.name.text)
  )
}

/** True if a `for` only counts its own variable on: each turn has a copy. */
function isLoopHead(node: ts.Identifier, declaration: ts.Identifier): boolean {
  const loop = declaration.parent.parent?.parent
  if (loop === undefined || !ts.isForStatement(loop) || loop.incrementor === undefined) return false
  return node.pos >= loop.incrementor.pos && node.end <= loop.incrementor.end
}

/** True if the variable holds what the explorer sees anyway, or cannot change. */
function isVisible(declaration: ts.Identifier): boolean {
  const { parent } = declaration
  if (!ts.isVariableDeclaration(parent) || parent.initializer === undefined) return false
  if ((ts.getCombinedNodeFlags(parent) & ts.NodeFlags.Const) === 0) return false
  let value: ts.Expression = parent.initializer
  while (ts.isNonNullExpression(value) || ts.isAsExpression(value) || ts.isParenthesizedExpression(value))
    value = value.expression
  if (ts.isPropertyAccessExpression(value)) return false
  if (!ts.isCallExpression(value) && !ts.isNewExpression(value)) return false
  const { expression } = value
  // `pointer.as(Foo)` is a view of memory.
  if (ts.isPropertyAccessExpression(expression))
    return expression.name.text === 'as' || expression.name.text === 'device'
  return (
    ts.isIdentifier(expression) && (VISIBLE.test(expression.text) || !/^(Map|Set|Array|Object)$/.test(expression.text))
  )
}

/** True if a variable is declared outside of every task's function. */
function isOuter(declaration: ts.Identifier, source: ts.SourceFile): boolean {
  for (let at: ts.Node = declaration; at !== source; at = at.parent) {
    if (isCallback(at)) return false
    if (
      ts.isFunctionLike(at) &&
      at.parent !== undefined &&
      ts.isCallExpression(at.parent) &&
      MAKERS.has(calleeName(at.parent))
    )
      return false
  }
  return true
}

/** Finds the declaration that a name refers to, by block. */
class Scopes {
  private readonly tables = new Map<ts.Node, Map<string, ts.Identifier>>()

  constructor(source: ts.SourceFile) {
    this.collect(source)
  }

  find(use: ts.Identifier): ts.Identifier | null {
    for (let at: ts.Node | undefined = use.parent; at !== undefined; at = at.parent) {
      const found = this.tables.get(at)?.get(use.text)
      if (found !== undefined) return found
    }
    return null
  }

  private collect(node: ts.Node): void {
    if (ts.isVariableDeclaration(node)) this.declare(node.name, scopeOf(node))
    else if (ts.isParameter(node)) this.declare(node.name, node.parent)
    else if (ts.isFunctionDeclaration(node) && node.name !== undefined) this.declare(node.name, scopeOf(node))
    ts.forEachChild(node, (child) => this.collect(child))
  }

  private declare(name: ts.BindingName, scope: ts.Node): void {
    if (!ts.isIdentifier(name)) {
      for (const element of name.elements) if (ts.isBindingElement(element)) this.declare(element.name, scope)
      return
    }
    const table = this.tables.get(scope) ?? new Map<string, ts.Identifier>()
    this.tables.set(scope, table)
    table.set(name.text, name)
  }
}

function scopeOf(node: ts.Node): ts.Node {
  let at = node.parent
  while (
    !ts.isBlock(at) &&
    !ts.isSourceFile(at) &&
    !ts.isFunctionLike(at) &&
    !ts.isForStatement(at) &&
    !ts.isForOfStatement(at)
  ) {
    at = at.parent
  }
  return at
}
