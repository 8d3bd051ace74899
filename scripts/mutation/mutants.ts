/**
 * Mutants of a correct program: the mistakes that people make when they tear down. Purely syntactic, through the
 * TypeScript parser: a release is left out, done twice, done in the wrong order, or done before the last use.
 */
import ts from 'typescript'

export const OPERATORS = ['delete-release', 'duplicate-release', 'swap-teardown', 'use-after-release'] as const
export type Operator = (typeof OPERATORS)[number]

export interface Mutant {
  readonly operator: Operator
  /** Line of the change, 1-based, in the original. */
  readonly line: number
  /** The call that was left out, repeated, or moved over. */
  readonly call: string
  readonly text: string
}

/** Functions that give memory, a mapping or a reference back. */
const RELEASES = new Set([
  '__free_page',
  '__free_pages',
  'free_page',
  'free_pages',
  'free_pages_exact',
  'put_page',
  'folio_put',
  'kfree',
  'kvfree',
  'kfree_rcu',
  'kmem_cache_free',
  'kmem_cache_destroy',
  'vfree',
  'vfree_atomic',
  'vunmap',
  'kunmap_local',
  'kunmap',
  'sg_free_table',
  'dma_unmap_single',
  'dma_unmap_page',
  'dma_unmap_sg',
  'dma_unmap_sgtable',
  'dma_free_coherent',
  'unpin_user_page',
  'unpin_user_pages',
  'list_lru_del',
  'list_lru_isolate',
  'drop',
])

/** All mutants of a program, in the order of their places. */
export function mutantsOf(path: string, text: string): Mutant[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true)
  const out: Mutant[] = []
  const line = (node: ts.Node): number => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1
  const edit = (from: number, to: number, by: string): string => text.slice(0, from) + by + text.slice(to)
  const add = (operator: Operator, node: ts.Node, call: ts.CallExpression, mutated: string): void => {
    out.push({ operator, line: line(node), call: calleeOf(call), text: mutated })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && RELEASES.has(calleeOf(node))) releases(node)
    if (ts.isBlock(node) || ts.isSourceFile(node)) block(node.statements)
    ts.forEachChild(node, visit)
  }
  /** A release whose value nobody uses: a statement, or the body of an arrow function. */
  const releases = (call: ts.CallExpression): void => {
    const { parent } = call
    const arrow = ts.isArrowFunction(parent) && parent.body === call
    if (!ts.isExpressionStatement(parent) && !arrow) return
    const [from, to] = [call.getStart(source), call.end]
    const written = text.slice(from, to)
    add('delete-release', call, call, edit(from, to, 'void 0'))
    add('duplicate-release', call, call, edit(from, to, `(${written}, ${written})`))
  }
  const block = (statements: ts.NodeArray<ts.Statement>): void => {
    statements.forEach((statement, i) => {
      const call = releaseIn(statement)
      if (call === null) return
      const next = statements[i + 1]
      const second = next === undefined ? null : releaseIn(next)
      if (next !== undefined && second !== null) {
        add('swap-teardown', statement, call, exchange(text, statement, next, source))
      }
      const name = operandOf(call)
      const before = statements[i - 1]
      if (name !== null && before !== undefined && uses(before, name)) {
        add('use-after-release', before, call, exchange(text, before, statement, source))
      }
    })
  }
  visit(source)
  return out
}

function calleeOf(call: ts.CallExpression): string {
  const { expression } = call
  return ts.isIdentifier(expression)
    ? expression.text
    : ts.isPropertyAccessExpression(expression)
      ? expression.name.text
      : ''
}

/** The release that a statement consists of, also behind a condition or in a loop over several; null = none. */
function releaseIn(statement: ts.Statement): ts.CallExpression | null {
  if (ts.isExpressionStatement(statement)) {
    const { expression } = statement
    return ts.isCallExpression(expression) && RELEASES.has(calleeOf(expression)) ? expression : null
  }
  if (ts.isIfStatement(statement) && statement.elseStatement === undefined) return releaseIn(statement.thenStatement)
  if (ts.isForOfStatement(statement)) return releaseIn(statement.statement)
  return null
}

/** The variable that a release gives back: its first argument that is a plain name and no device or cache. */
function operandOf(call: ts.CallExpression): string | null {
  const at = /^(dma_|kmem_cache_free|list_lru)/.test(calleeOf(call)) ? 1 : 0
  let argument: ts.Expression | undefined = call.arguments[at]
  while (argument !== undefined && ts.isNonNullExpression(argument)) argument = argument.expression
  return argument !== undefined && ts.isIdentifier(argument) ? argument.text : null
}

/** True for a statement that uses a variable without declaring or releasing it. */
function uses(statement: ts.Statement, name: string): boolean {
  if (!ts.isExpressionStatement(statement) || releaseIn(statement) !== null) return false
  let found = false
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return
    if (ts.isIdentifier(node) && node.text === name) found = true
    ts.forEachChild(node, visit)
  }
  visit(statement)
  return found
}

/** The text with two neighbouring statements exchanged; comments stay where they were. */
function exchange(text: string, first: ts.Statement, second: ts.Statement, source: ts.SourceFile): string {
  const [a, b, c, d] = [first.getStart(source), first.end, second.getStart(source), second.end]
  return text.slice(0, a) + text.slice(c, d) + text.slice(b, c) + text.slice(a, b) + text.slice(d)
}
