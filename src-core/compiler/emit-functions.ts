/**
 * Functions. Straight: the function as written, with the budget and depth counted at entry. Interleaved: the body is a
 * generator (the twin), and `$R.dual(twin)` makes the plain function that natives call; it runs the twin to its end.
 * A declared function `f` has the twin `$g_f`, so that calls of `f` in generator code are `yield* $g_f(…)`.
 */

import ts from 'typescript'
import { skipOuter } from './skip-outer.ts'
import { emitLifted } from './emit-lifted.ts'
import { moveFlags } from './emit-names.ts'
import { emitMoved, emitStatements } from './emit-statements.ts'
import { lineMark } from './emitted-text.ts'
import type { Emitter } from './emitter.ts'
import { functionName } from './sites.ts'

/** The parameter list with its parentheses; `this` and types are gone. */
export function emitParameters(e: Emitter, node: ts.SignatureDeclarationBase): string {
  const parameters = node.parameters.filter((p) => !(ts.isIdentifier(p.name) && p.name.text === 'this'))
  return `(${e.straight(() => parameters.map((parameter) => emitParameter(e, parameter)).join(', '))})`
}

function emitParameter(e: Emitter, node: ts.ParameterDeclaration): string {
  const init = node.initializer ? ` = ${e.emit(node.initializer)}` : ''
  return `${node.dotDotDotToken ? '...' : ''}${e.emit(node.name)}${init}`
}

/** The body with its braces. `first` are statements put before it (parameter properties). */
export function emitBody(e: Emitter, node: ts.FunctionLikeDeclaration, generator: boolean, first = ''): string {
  const body = 'body' in node ? node.body : undefined
  if (!body) return '{}'
  const frame = e.newFrame(ts.isArrowFunction(node))
  const text = e.inFrame(frame, generator, () => {
    if (!ts.isBlock(body)) return `${lineMark(e.line(body))} return ${emitMoved(e, body)};`
    return e.inScope(body, () => emitStatements(e, body.statements))
  })
  const needed = frame.needsSuper ? 'const $n_super = (k) => super[k]; ' : ''
  const start = `${lineMark(e.line(node))} $R.enter(); ${needed}${e.temps(frame)}${moveFlags(e.scope, ['parameter'])}`
  return `{${start}try {${first}${text}\n} finally { $R.depth-- } }`
}

/** The generator twin of a function declaration, expression or arrow. */
function emitTwin(
  e: Emitter,
  node: ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction,
  name: string,
): string {
  return e.inScope(node, () => `function* ${name}${emitParameters(e, node)} ${emitBody(e, node, true)}`)
}

/** A function declaration without what hoists it (`emitHoists`). */
export function emitFunctionDeclaration(e: Emitter, node: ts.FunctionDeclaration): string {
  if (!node.body) return ''
  const name = node.name?.text ?? '$default'
  if (e.interleaved) return isLifted(e, node) ? '' : emitTwin(e, node, `$g_${name}`)
  return e.inScope(node, () => `function ${name}${emitParameters(e, node)} ${emitBody(e, node, false)}`)
}

function isLifted(e: Emitter, node: ts.FunctionDeclaration): boolean {
  return (e.liftable?.captures(node) ?? null) !== null
}

/** Makes the plain functions of the declarations in a block; stands at its start, as declarations are hoisted. */
export function emitHoists(e: Emitter, statements: readonly ts.Statement[]): string {
  if (!e.interleaved) return ''
  let out = ''
  for (const statement of statements) {
    if (!ts.isFunctionDeclaration(statement) || !statement.body) continue
    const name = statement.name?.text ?? '$default'
    const assigned = e.scope.names.get(name)?.assigned ?? false
    const lifted = emitLifted(e, statement, () => emitBody(e, statement, true))
    if (lifted !== null) out += ` const $g_${name} = ${lifted};`
    out += ` ${assigned ? 'let' : 'const'} ${name} = $R.dual($g_${name}, ${JSON.stringify(name)});`
  }
  return out
}

/** An arrow function or function expression as a value. */
export function emitFunctionValue(e: Emitter, node: ts.ArrowFunction | ts.FunctionExpression): string {
  if (!e.interleaved) {
    if (ts.isArrowFunction(node))
      return e.inScope(node, () => `${emitParameters(e, node)} => ${emitBody(e, node, false)}`)
    const own = node.name ? ` ${node.name.text}` : ''
    return e.inScope(node, () => `function${own}${emitParameters(e, node)} ${emitBody(e, node, false)}`)
  }
  const name = JSON.stringify(functionName(node, e.file.sourceFile) ?? '')
  if (ts.isFunctionExpression(node) && node.name) {
    const own = node.name.text
    return `(() => { const ${own} = $R.dual($g_${own}, ${name}); ${emitTwin(e, node, `$g_${own}`)}; return ${own} })()`
  }
  return `$R.dual(${boundTwin(e, node)}, ${name})`
}

function boundTwin(e: Emitter, node: ts.ArrowFunction | ts.FunctionExpression): string {
  const lifted = emitLifted(e, node, () => emitBody(e, node, true))
  if (lifted !== null) return lifted
  const twin = emitTwin(e, node, '')
  if (ts.isArrowFunction(node) && e.file.bound.arrowsWithThis.has(node) && !e.frame.noThis)
    return `(${twin}).bind(this)`
  return twin
}

/** Declarators of `const f = () => …`: the twin, then the function. */
export function emitFunctionDeclarator(e: Emitter, name: string, init: ts.Expression): string {
  const value = skipOuter(init)
  if (ts.isArrowFunction(value) || (ts.isFunctionExpression(value) && !value.name)) {
    return `$g_${name} = ${boundTwin(e, value)}, ${name} = $R.dual($g_${name}, ${JSON.stringify(name)})`
  }
  return `${name} = ${e.emit(init)}, $g_${name} = $R.twin(${name})`
}
