/**
 * Statements. Each ends with a semicolon and starts on an emitted line of its own, with a mark of its source line.
 * Loop heads count the budget; `catch` rethrows what a program may not catch; `finally` is skipped while a task is
 * being taken apart; `using` is lowered to a scope of the runtime whose drops are steps at the closing brace.
 */

import ts from 'typescript'
import { skipOuter } from './skip-outer.ts'
import { emitTarget } from './emit-access.ts'
import { emitFunctionDeclaration, emitFunctionDeclarator, emitHoists } from './emit-functions.ts'
import { bindingOf, moveFlags } from './emit-names.ts'
import { lineMark } from './emitted-text.ts'
import type { Emitter } from './emitter.ts'
import { hasModifier, isUsing } from './unsupported.ts'

/** Read once: on the namespace it is a getter. */
const { SyntaxKind } = ts

const TURN = 'if (++$R.turns > $R.maxTurns) $R.over();'

/** The statements of a block whose scope is the present one. `after` adds text behind the statement of an index. */
export function emitStatements(
  e: Emitter,
  statements: readonly ts.Statement[],
  after?: (index: number) => string,
): string {
  const hoists = moveFlags(e.scope, ['const', 'let', 'using']) + emitHoists(e, statements)
  const text = statements.map((statement, index) => emitStatement(e, statement) + (after?.(index) ?? '')).join('')
  const { usingName } = e.scope
  return usingName === null ? hoists + text : withUsing(e, usingName, hoists + text)
}

function withUsing(e: Emitter, name: string, body: string): string {
  const end = e.generator ? `yield* ${name}.endInterleaved()` : `${name}.end()`
  return ` const ${name} = $R.scope(); try {${body}\n} catch ($e) { ${name}.fail($e) } finally { ${end} }`
}

/** A statement on a line of its own. */
export function emitStatement(e: Emitter, node: ts.Statement): string {
  const text = statementText(e, node)
  return text === '' ? '' : `\n${lineMark(e.line(node))}${text}`
}

function statementText(e: Emitter, node: ts.Statement): string {
  if (ts.isBlock(node)) return emitBlock(e, node)
  if (ts.isVariableStatement(node)) {
    return hasModifier(node, SyntaxKind.DeclareKeyword) ? '' : `${emitVariables(e, node.declarationList)};`
  }
  if (ts.isExpressionStatement(node)) {
    const text = e.emit(node.expression)
    return `${/^(?:\u0002\d+\u0002)?(?:function|class|let)\b|^\{/.test(text) ? `(${text})` : text};`
  }
  if (ts.isFunctionDeclaration(node))
    return hasModifier(node, SyntaxKind.DeclareKeyword) ? '' : emitFunctionDeclaration(e, node)
  if (ts.isReturnStatement(node)) return node.expression ? `return ${emitMoved(e, node.expression)};` : 'return;'
  if (ts.isThrowStatement(node)) return `throw ${e.emit(node.expression)};`
  if (ts.isIfStatement(node)) {
    const otherwise = node.elseStatement ? ` else${emitBranch(e, node.elseStatement)}` : ''
    return `if (${e.emit(node.expression)})${emitBranch(e, node.thenStatement)}${otherwise}`
  }
  if (ts.isWhileStatement(node)) return `while (${e.emit(node.expression)})${emitLoopBody(e, node.statement)}`
  if (ts.isDoStatement(node)) return `do${emitLoopBody(e, node.statement)} while (${e.emit(node.expression)});`
  if (ts.isForStatement(node)) return e.inScope(node, () => emitFor(e, node))
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return emitForEach(e, node)
  if (ts.isLabeledStatement(node)) return `${node.label.text}:${emitBranch(e, node.statement)}`
  if (ts.isBreakStatement(node)) return `break${node.label ? ` ${node.label.text}` : ''};`
  if (ts.isContinueStatement(node)) return `continue${node.label ? ` ${node.label.text}` : ''};`
  if (ts.isSwitchStatement(node)) return emitSwitch(e, node)
  if (ts.isTryStatement(node)) return emitTry(e, node)
  if (ts.isEmptyStatement(node)) return ';'
  return e.emit(node)
}

/** The statement under an `if`, `else` or label. */
function emitBranch(e: Emitter, node: ts.Statement): string {
  const text = emitStatement(e, node)
  return text === '' ? ' ;' : text
}

/** A block with its braces. */
export function emitBlock(e: Emitter, node: ts.Block): string {
  return e.inScope(node, () => `{${emitStatements(e, node.statements)}\n}`)
}

function emitLoopBody(e: Emitter, node: ts.Statement, first = ''): string {
  return ` { ${TURN}${first}${emitStatement(e, node)}\n}`
}

/** `const a = …, b = …` without a semicolon. */
export function emitVariables(e: Emitter, list: ts.VariableDeclarationList): string {
  if (isUsing(list)) {
    const name = e.scope.usingName ?? ''
    const parts = list.declarations.map((declaration) => {
      const value = declaration.initializer ? emitMoved(e, declaration.initializer) : 'undefined'
      return `${e.emit(declaration.name)} = ${name}.use(${value}, ${e.site(declaration)})`
    })
    return `const ${parts.join(', ')}`
  }
  const block = list.flags & ts.NodeFlags.BlockScoped
  const keyword = block === ts.NodeFlags.Const ? 'const' : block === ts.NodeFlags.Let ? 'let' : 'var'
  return `${keyword} ${list.declarations.map((declaration) => emitDeclarator(e, declaration)).join(', ')}`
}

function emitDeclarator(e: Emitter, node: ts.VariableDeclaration): string {
  const { initializer, name } = node
  if (!initializer) return e.emit(name)
  if (ts.isIdentifier(name)) {
    const binding = e.scope.resolve(name.text)
    if (e.interleaved && binding?.fn && !binding.assigned && binding.node === name)
      return emitFunctionDeclarator(e, name.text, initializer)
    return `${name.text} = ${emitMoved(e, initializer)}`
  }
  const value = e.emit(initializer)
  const site = e.site(initializer)
  if (!ts.isObjectBindingPattern(name) || ts.isObjectLiteralExpression(skipOuter(initializer)))
    return `${e.emit(name)} = ${value}`
  if (!e.generator) return `${e.emit(name)} = $R.at(${site}, ${value})`
  if (name.elements.every(isSimpleElement)) return emitProperties(e, name, value, site)
  const temp = e.shortTemp('t')
  return `${e.emit(name)} = ($R.v(${site}, ${temp} = ${value}) && (yield), ${temp})`
}

function isSimpleElement(element: ts.BindingElement): boolean {
  const { propertyName } = element
  return ts.isIdentifier(element.name) && !element.dotDotDotToken && (!propertyName || ts.isIdentifier(propertyName))
}

/** `const { p, q: r = d } = o` in generator code: one access after the other, each with its preemption point. */
function emitProperties(e: Emitter, pattern: ts.ObjectBindingPattern, value: string, site: string): string {
  const object = e.uniqueTemp()
  const parts = pattern.elements.map((element, index) => {
    const name = element.name.getText(e.file.sourceFile)
    const key = element.propertyName?.getText(e.file.sourceFile) ?? name
    const first = index === 0 ? `${object} = ${value}` : object
    const read = `$R.v(${site}, ${first}) && (yield), `
    if (!element.initializer) return `${name} = (${read}${object}.${key})`
    const temp = e.uniqueTemp()
    const fallback = e.emit(element.initializer)
    return `${name} = (${read}(${temp} = ${object}.${key}) === undefined ? ${fallback} : ${temp})`
  })
  return parts.length > 0 ? parts.join(', ') : `{} = ${value}`
}

function emitFor(e: Emitter, node: ts.ForStatement): string {
  const { initializer } = node
  const init = !initializer
    ? ''
    : ts.isVariableDeclarationList(initializer)
      ? emitVariables(e, initializer)
      : e.emit(initializer)
  const condition = node.condition ? e.emit(node.condition) : ''
  const step = node.incrementor ? e.emit(node.incrementor) : ''
  return `for (${init}; ${condition}; ${step})${emitLoopBody(e, node.statement)}`
}

function emitForEach(e: Emitter, node: ts.ForOfStatement | ts.ForInStatement): string {
  const word = ts.isForOfStatement(node) ? 'of' : 'in'
  const list = e.emit(node.expression)
  return e.inScope(node, () => {
    const { initializer } = node
    if (!ts.isVariableDeclarationList(initializer))
      return `for (${emitTarget(e, initializer)} ${word} ${list})${emitLoopBody(e, node.statement)}`
    const declaration = initializer.declarations[0]
    if (isUsing(initializer) && declaration) {
      const scope = e.scope.usingName ?? ''
      const value = `${scope}.use($e, ${e.site(declaration)})`
      const body = ` const ${e.emit(declaration.name)} = ${value};${emitStatement(e, node.statement)}`
      return `for (const $e of ${list}) { ${TURN}${withUsing(e, scope, body)}\n}`
    }
    return `for (${emitVariables(e, initializer)} ${word} ${list})${emitLoopBody(e, node.statement)}`
  })
}

function emitSwitch(e: Emitter, node: ts.SwitchStatement): string {
  const value = e.emit(node.expression)
  return e.inScope(node.caseBlock, () => {
    const clauses = node.caseBlock.clauses.map((clause) => {
      const head = ts.isCaseClause(clause) ? `case ${e.emit(clause.expression)}:` : 'default:'
      const body = clause.statements.map((statement) => emitStatement(e, statement)).join('')
      return `\n${lineMark(e.line(clause))}${head}${body}`
    })
    return `switch (${value}) {${clauses.join('')}\n}`
  })
}

function emitTry(e: Emitter, node: ts.TryStatement): string {
  let out = `try ${emitBlock(e, node.tryBlock)}`
  const clause = node.catchClause
  if (clause) {
    out += e.inScope(clause, () => {
      const name = clause.variableDeclaration?.name
      const body = emitBlock(e, clause.block)
      if (name && ts.isIdentifier(name)) return ` catch (${name.text}) { $R.caught(${name.text}); ${body} }`
      const pattern = name ? e.straight(() => `let ${e.emit(name)} = $e; `) : ''
      return ` catch ($e) { $R.caught($e); ${pattern}${body} }`
    })
  }
  if (node.finallyBlock) out += ` finally { if (!$R.unwinding) ${emitBlock(e, node.finallyBlock)} }`
  return out
}

/**
 * A value that is stored or returned. A `using` variable in such a place is moved: its scope no longer drops it.
 * `return cond ? x : null` and `return { fw: x }` move as well (object members call this themselves).
 */
export function emitMoved(e: Emitter, node: ts.Expression): string {
  const value = skipOuter(node)
  const binding = bindingOf(e, value)
  if (binding?.kind === 'using' && !e.file.bound.moving.moves.has(value))
    return `${binding.scope.usingName ?? ''}.move(${binding.name})`
  if (ts.isConditionalExpression(value)) {
    return `(${e.emit(value.condition)} ? ${emitMoved(e, value.whenTrue)} : ${emitMoved(e, value.whenFalse)})`
  }
  return e.emit(node)
}
