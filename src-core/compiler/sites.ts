/**
 * Numbers the sites of one file: every call, every access of a property that may be simulated memory, every drop. The
 * numbers follow the source order and are the same for both forms. They count from 1 within the file; link.ts adds an
 * offset per file.
 */

import ts from 'typescript'
import { skipOuter } from './skip-outer.ts'
import type { Site } from './contract.ts'
import { isUsing } from './unsupported.ts'

/** Read once: on the namespace it is a getter. */
const { SyntaxKind } = ts

const TEXT = 80
const ARGUMENT = 40
/** Methods of pointers whose result still is the same memory: naming looks through them. */
const SAME_MEMORY = ['as', 'add', 'sub']
/** A program that works with scatterlists. */
const SCATTERLISTS = /\b(?:sg_\w|for_each_sg|scatterlist)/

/** The sites of a file; `file` in them is 0 until they are linked. */
export interface FileSites {
  /** Sites by number minus 1. */
  readonly list: readonly Site[]
  /** Number of the site of a call, access or destructuring declaration; of the drop for a `using` declarator. */
  readonly ids: ReadonlyMap<ts.Node, number>
}

/** Numbers the sites of a file. `named`: mentions of a name that have a site of their own. */
export function numberSites(sourceFile: ts.SourceFile, named: (node: ts.Node) => boolean = () => false): FileSites {
  const numbering = new Numbering(sourceFile, named)
  numbering.run()
  return numbering
}

class Numbering implements FileSites {
  readonly list: Site[] = []
  readonly ids = new Map<ts.Node, number>()
  private within: string | null = null
  /** Names of whole modules (`import * as k`): what they are written before is no access of theirs. */
  private readonly modules = new Set<string>()

  constructor(
    private readonly sourceFile: ts.SourceFile,
    private readonly named: (node: ts.Node) => boolean,
  ) {}

  run(): void {
    for (const statement of this.sourceFile.statements) {
      const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined
      if (bindings && ts.isNamespaceImport(bindings)) this.modules.add(bindings.name.text)
    }
    this.block(this.sourceFile.statements, this.sourceFile)
  }

  private visit(node: ts.Node): void {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return
    switch (node.kind) {
      case SyntaxKind.Identifier:
        if (this.named(node)) this.add(node, this.text(node), node as ts.Identifier, undefined)
        return
      case SyntaxKind.InterfaceDeclaration:
      case SyntaxKind.TypeAliasDeclaration:
      case SyntaxKind.ImportDeclaration:
      case SyntaxKind.ExportDeclaration:
        return
      case SyntaxKind.CallExpression:
        this.call(node as ts.CallExpression)
        break
      case SyntaxKind.NewExpression:
        this.add(node, this.text((node as ts.NewExpression).expression), null, (node as ts.NewExpression).arguments)
        break
      case SyntaxKind.TaggedTemplateExpression:
        this.add(node, this.text((node as ts.TaggedTemplateExpression).tag), null, undefined)
        break
      case SyntaxKind.PropertyAccessExpression:
        this.access(node as ts.PropertyAccessExpression)
        break
      case SyntaxKind.ElementAccessExpression: {
        const { expression, argumentExpression } = node as ts.ElementAccessExpression
        if (ts.isStringLiteralLike(argumentExpression)) this.add(node, argumentExpression.text, expression, undefined)
        break
      }
      case SyntaxKind.VariableDeclaration: {
        const { name, initializer } = node as ts.VariableDeclaration
        if (ts.isObjectBindingPattern(name) && initializer)
          this.add(initializer, this.cut(this.text(name), ARGUMENT), initializer, undefined, name)
        break
      }
      case SyntaxKind.Block:
        this.block((node as ts.Block).statements, node)
        return
      case SyntaxKind.ForStatement:
      case SyntaxKind.ForOfStatement: {
        ts.forEachChild(node, (child) => {
          this.visit(child)
        })
        const { initializer, statement } = node as ts.ForStatement
        if (initializer && ts.isVariableDeclarationList(initializer) && isUsing(initializer))
          this.drops(initializer.declarations, statement)
        return
      }
    }
    if (ts.isFunctionLike(node)) {
      const around = this.within
      this.within = functionName(node, this.sourceFile)
      this.children(node)
      this.within = around
      return
    }
    this.children(node)
  }

  private children(node: ts.Node): void {
    ts.forEachChild(node, (child) => {
      this.visit(child)
    })
  }

  private block(statements: ts.NodeArray<ts.Statement>, owner: ts.Node): void {
    const declared: ts.VariableDeclaration[] = []
    for (const statement of statements) {
      this.visit(statement)
      if (ts.isVariableStatement(statement) && isUsing(statement.declarationList))
        declared.push(...statement.declarationList.declarations)
    }
    this.drops(declared, owner)
  }

  /** The drops at the end of a block: its closing brace, or the last token of the file. */
  private drops(declared: readonly ts.VariableDeclaration[], owner: ts.Node): void {
    const end = ts.isSourceFile(owner) ? (owner.statements[owner.statements.length - 1]?.end ?? owner.end) : owner.end
    for (const declaration of [...declared].reverse()) {
      const name = this.text(declaration.name)
      this.push(declaration, Math.max(0, end - 1), end, 'drop', null, name, [])
    }
  }

  private call(node: ts.CallExpression): void {
    const callee = skipOuter(node.expression)
    if (ts.isPropertyAccessExpression(callee)) this.add(node, callee.name.text, callee.expression, node.arguments)
    else this.add(node, this.text(callee), null, node.arguments)
  }

  private access(node: ts.PropertyAccessExpression): void {
    // `length` is a field of struct scatterlist; elsewhere it is an array's, and no step.
    if (calleeOf(node) || (node.name.text === 'length' && !SCATTERLISTS.test(this.sourceFile.text))) return
    const { parent } = node
    const assigns =
      ts.isBinaryExpression(parent) && parent.left === node && parent.operatorToken.kind === SyntaxKind.EqualsToken
    this.add(node, node.name.text, node.expression, assigns ? [parent.right] : undefined)
  }

  private add(
    node: ts.Node,
    callee: string,
    receiver: ts.Expression | null,
    args?: readonly ts.Node[],
    span: ts.Node = node,
  ): void {
    const inner = receiver ? skipOuter(receiver) : null
    const path = inner && isPath(inner) ? this.text(inner).replaceAll(/[?!]/g, '').replaceAll(/\s+/g, '') : null
    this.push(
      node,
      span.getStart(this.sourceFile),
      span.end,
      callee,
      GIVES_COUNT.has(callee) ? null : assignedName(node, this.sourceFile),
      path !== null && this.modules.has(path) ? null : path,
      args ?? [],
    )
  }

  private push(
    node: ts.Node,
    start: number,
    end: number,
    callee: string,
    assigned: string | null,
    receiver: string | null,
    args: readonly ts.Node[],
  ): void {
    const from = this.sourceFile.getLineAndCharacterOfPosition(start)
    const to = this.sourceFile.getLineAndCharacterOfPosition(end)
    this.list.push({
      file: 0,
      line: from.line + 1,
      column: from.character + 1,
      endLine: to.line + 1,
      endColumn: to.character + 1,
      text: this.cut(this.sourceFile.text.slice(start, end), TEXT),
      callee: this.cut(callee, TEXT),
      assigned,
      receiver,
      args: args.map((arg) => this.cut(this.text(arg), ARGUMENT)),
      within: this.within,
      ...(isUnused(node) ? { unused: true } : {}),
    })
    this.ids.set(node, this.list.length)
  }

  private text(node: ts.Node): string {
    return this.sourceFile.text.slice(node.getStart(this.sourceFile), node.end)
  }

  private cut(text: string, length: number): string {
    return text.length <= length ? text : `${text.slice(0, length - 1)}…`
  }
}

/** True for a statement of its own, through parentheses, `!`, `void`. */
function isUnused(node: ts.Node): boolean {
  let at = node.parent
  while (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at) || ts.isVoidExpression(at)) at = at.parent
  return ts.isExpressionStatement(at)
}

/** The call that calls this expression (through parentheses, `!`, `as`), if any. */
export function calleeOf(node: ts.Expression): ts.CallExpression | null {
  const outer = outermost(node)
  return ts.isCallExpression(outer.parent) && outer.parent.expression === outer ? outer.parent : null
}

function outermost(node: ts.Expression): ts.Expression {
  let outer = node
  for (;;) {
    const { parent } = outer
    if (!(
      ts.isParenthesizedExpression(parent) ||
      ts.isAsExpression(parent) ||
      ts.isSatisfiesExpression(parent) ||
      ts.isNonNullExpression(parent)
    ))
      return outer
    outer = parent
  }
}

function isPath(node: ts.Expression): boolean {
  if (ts.isIdentifier(node) || node.kind === SyntaxKind.ThisKeyword) return true
  if (ts.isNonNullExpression(node)) return isPath(node.expression)
  return ts.isPropertyAccessExpression(node) && isPath(node.expression)
}

/** Functions that put what they make or take into a list; their value is a number, and no name of memory. */
const GIVES_COUNT: ReadonlySet<string> = new Set([
  'alloc_pages_bulk_array',
  'get_user_pages',
  'get_user_pages_fast',
  'get_user_pages_remote',
  'pin_user_pages',
  'pin_user_pages_fast',
  'pin_user_pages_remote',
])

/** The variable, member path or property that the value of an expression ends up in. */
function assignedName(node: ts.Node, sourceFile: ts.SourceFile): string | null {
  if (!ts.isExpression(node)) return null
  let value = outermost(node)
  for (;;) {
    const { parent } = value
    if (ts.isVariableDeclaration(parent) && parent.initializer === value)
      return ts.isIdentifier(parent.name) ? parent.name.text : null
    if (ts.isPropertyDeclaration(parent) && parent.initializer === value)
      return `this.${parent.name.getText(sourceFile)}`
    if (ts.isPropertyAssignment(parent) && parent.initializer === value)
      return ts.isIdentifier(parent.name) ? parent.name.text : null
    if (ts.isBinaryExpression(parent)) {
      const kind = parent.operatorToken.kind
      if (parent.right === value && kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment) {
        const target = skipOuter(parent.left)
        return isPath(target) || ts.isElementAccessExpression(target) ? target.getText(sourceFile) : null
      }
      if (kind !== SyntaxKind.QuestionQuestionToken && kind !== SyntaxKind.BarBarToken) return null
      value = outermost(parent)
    } else if (ts.isConditionalExpression(parent) && parent.condition !== value) value = outermost(parent)
    else if (ts.isPropertyAccessExpression(parent) && SAME_MEMORY.includes(parent.name.text)) {
      const call = calleeOf(parent)
      if (!call) return null
      value = outermost(call)
    } else return null
  }
}

/** The name that a function goes by: its own, or that of the variable or property it is the value of. */
export function functionName(node: ts.SignatureDeclaration, sourceFile: ts.SourceFile): string | null {
  if (ts.isConstructorDeclaration(node)) return 'constructor'
  if (node.name) return node.name.getText(sourceFile)
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) {
    const { parent } = outermost(node)
    if (
      (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) &&
      ts.isIdentifier(parent.name)
    )
      return parent.name.text
    if (ts.isBinaryExpression(parent) && ts.isIdentifier(parent.left)) return parent.left.text
  }
  return null
}
