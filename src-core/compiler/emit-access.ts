/**
 * Accesses of properties that may be simulated memory (typed views of `struct()`), and optional chains.
 *
 * Straight: `$R.at(SITE, o).p` stores the site and gives `o`. Generator code: `($R.v(SITE, $t = o) && (yield), $t.p)`:
 * `v` stores the site and says whether the access is a step, so that there is a preemption point before it.
 * Writes store the site when the value has been evaluated: `o.p = $l(value, $R.site = SITE)`.
 */

import ts from 'typescript'
import { skipOuter } from './skip-outer.ts'
import { emitCallOfMember, emitCallOfValue } from './emit-calls.ts'
import {
  bindingOf,
  checkNamespaceMember,
  emitImported,
  emitPropertyName,
  isPlainReceiver,
  surfaceName,
} from './emit-names.ts'
import type { Emitter } from './emitter.ts'

/** Read once: on the namespace it is a getter. */
const { SyntaxKind } = ts

type Access = ts.PropertyAccessExpression | ts.ElementAccessExpression

/** The `.name` or `[key]` of an access. */
export function emitMember(e: Emitter, node: Access): string {
  return ts.isPropertyAccessExpression(node) ? `.${node.name.text}` : `[${e.emit(node.argumentExpression)}]`
}

/** True if an access needs a site: it may reach simulated memory. */
function needsSite(e: Emitter, node: Access): boolean {
  if (!e.file.sites.ids.has(node)) return false
  if (ts.isPropertyAccessExpression(node) && ts.isPrivateIdentifier(node.name)) return false
  return !isPlainReceiver(e, node.expression)
}

/** Reading `o.p`. */
export function emitAccess(e: Emitter, node: Access): string {
  if (ts.isOptionalChain(node)) return emitChain(e, node)
  const name = surfaceName(e, node)
  if (name) return emitImported(e, name)
  if (ts.isPropertyAccessExpression(node)) {
    checkNamespaceMember(e, node)
    if (node.expression.kind === SyntaxKind.SuperKeyword) return emitSuperMember(e, node)
    if (ts.isPrivateIdentifier(node.name) && e.interleaved && e.scope.isPrivateMethod(node.name.text)) {
      const temp = e.shortTemp('t')
      return `$R.bound(${temp} = ${e.emit(node.expression)}, ${temp}.${node.name.text})`
    }
  } else if (node.expression.kind === SyntaxKind.SuperKeyword) return emitSuperMember(e, node)
  return readMember(e, e.emit(node.expression), node)
}

/** Reading a member of a receiver that is already emitted. */
function readMember(e: Emitter, receiver: string, node: Access): string {
  if (!needsSite(e, node)) return `${receiverText(node, receiver)}${emitMember(e, node)}`
  if (!e.generator) return `$R.at(${e.site(node)}, ${receiver})${emitMember(e, node)}`
  const temp = e.shortTemp('t')
  return `($R.v(${e.site(node)}, ${temp} = ${receiver}) && (yield), ${temp}${emitMember(e, node)})`
}

function receiverText(node: Access, receiver: string): string {
  return ts.isNumericLiteral(node.expression) ? `(${receiver})` : receiver
}

/** `super.p`: generator twins of arrows have no `super` of their own. */
export function emitSuperMember(e: Emitter, node: Access): string {
  if (!e.generator || !e.frame.arrow) return `super${emitMember(e, node)}`
  for (let frame: typeof e.frame | null = e.frame; frame; frame = frame.parent) {
    if (frame.arrow) continue
    frame.needsSuper = true
    break
  }
  const key = ts.isPropertyAccessExpression(node) ? JSON.stringify(node.name.text) : e.emit(node.argumentExpression)
  return `$n_super(${key})`
}

/** A target of an assignment whose value is not known here: in patterns, `for (o.p of …)`, `delete o.p`. */
export function emitTarget(e: Emitter, node: ts.Expression): string {
  const target = skipOuter(node)
  if (ts.isArrayLiteralExpression(target))
    return `[${target.elements.map((element) => emitTarget(e, element)).join(', ')}]`
  if (ts.isSpreadElement(target)) return `...${emitTarget(e, target.expression)}`
  if (ts.isObjectLiteralExpression(target)) {
    const parts = target.properties.map((property) => {
      if (ts.isPropertyAssignment(property))
        return `${emitPropertyName(e, property.name)}: ${emitTarget(e, property.initializer)}`
      if (ts.isSpreadAssignment(property)) return `...${emitTarget(e, property.expression)}`
      if (ts.isShorthandPropertyAssignment(property) && property.objectAssignmentInitializer) {
        return `${property.name.text} = ${e.emit(property.objectAssignmentInitializer)}`
      }
      if (ts.isShorthandPropertyAssignment(property) && bindingOf(e, property.name)?.moved === true)
        return property.name.text
      return e.emit(property)
    })
    return `{ ${parts.join(', ')} }`
  }
  if (ts.isBinaryExpression(target)) return `${emitTarget(e, target.left)} = ${e.emit(target.right)}`
  if (isAccess(target) && !ts.isOptionalChain(target) && needsSite(e, target)) {
    return `$R.at(${e.site(target)}, ${e.emit(target.expression)})${emitMember(e, target)}`
  }
  if (isAccess(target) && !ts.isOptionalChain(target)) return `${e.emit(target.expression)}${emitMember(e, target)}`
  const binding = bindingOf(e, target)
  return binding?.moved === true ? binding.name : e.emit(target)
}

export function isAccess(node: ts.Node): node is Access {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)
}

/** `o.p = value`, `o.p += value`, `o.p ??= value`; `null` if this assignment needs nothing special. */
export function emitMemberAssignment(e: Emitter, node: ts.BinaryExpression, value: string): string | null {
  const target = skipOuter(node.left)
  if (!isAccess(target) || !needsSite(e, target)) return null
  const site = e.site(target)
  const operator = e.text(node.operatorToken)
  const receiver = e.emit(target.expression)
  if (!e.generator) {
    const base = operator === '=' ? receiver : `$R.at(${site}, ${receiver})`
    return `${base}${emitMember(e, target)} ${operator} $l(${value}, $R.site = ${site})`
  }
  const binding = bindingOf(e, skipOuter(target.expression))
  const steady = binding !== null && !binding.assigned && binding.kind !== 'import' && binding.moved !== true
  const temp = steady ? binding.name : e.uniqueTemp()
  const init = steady ? temp : `${temp} = ${receiver}`
  const member = emitMember(e, target)
  const before = `$R.v(${site}, ${temp}) && (yield)`
  if (operator === '=') return `(${steady ? temp : `(${init})`}${member} = $l(${value}, ${before}))`
  const read = `$R.v(${site}, ${init}) && (yield)`
  const plain = operator.slice(0, -1)
  const logical = plain === '??' || plain === '||' || plain === '&&'
  if (logical) return `(${read}, ${temp}${member} ${plain} (${temp}${member} = $l(${value}, ${before})))`
  return `(${read}, ${temp}${member} = $l(${temp}${member} ${plain} (${value}), ${before}))`
}

/** `o.p++`, `--o.p`; `null` if it needs nothing special. */
export function emitMemberUpdate(
  e: Emitter,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  used: boolean,
): string | null {
  const target = skipOuter(node.operand)
  if (!isAccess(target) || !needsSite(e, target)) return null
  const site = e.site(target)
  const operator = node.operator === SyntaxKind.PlusPlusToken ? '++' : '--'
  const receiver = e.emit(target.expression)
  const member = emitMember(e, target)
  if (!e.generator) {
    const base = `$R.at(${site}, ${receiver})${member}`
    return ts.isPrefixUnaryExpression(node) ? `${operator}${base}` : `${base}${operator}${operator === '--' ? ' ' : ''}`
  }
  const temp = e.uniqueTemp()
  const old = e.uniqueTemp()
  const read = `$R.v(${site}, ${temp} = ${receiver}) && (yield), ${old} = $R.numeric(${temp}${member})`
  const changed = `$R.${operator === '++' ? 'increment' : 'decrement'}(${old})`
  const write = `${temp}${member} = $l(${changed}, $R.v(${site}, ${temp}) && (yield))`
  const result = ts.isPostfixUnaryExpression(node) && used ? `, ${old}` : ''
  return `(${read}, ${write}${result})`
}

/** An optional chain: `a?.b.c(d)` becomes `(($t = a) == null ? void 0 : …)`, in both forms. */
export function emitChain(e: Emitter, node: ts.Expression): string {
  const links: (Access | ts.CallExpression)[] = []
  let base: ts.Expression = node
  while (ts.isOptionalChain(base) || ts.isNonNullExpression(base)) {
    if (!ts.isNonNullExpression(base)) links.unshift(base as Access | ts.CallExpression)
    base = base.expression
  }
  const first = links[0]
  const inner = skipOuter(base)
  if (first && ts.isCallExpression(first) && isAccess(inner) && !ts.isOptionalChain(inner) && !surfaceName(e, inner)) {
    links.unshift(inner)
    base = inner.expression
  }
  let prefix = ''
  let suffix = ''
  let current = e.emit(base)
  const stopIfNullish = (value: string, temp: string): void => {
    prefix += `((${temp} = ${value}) == null ? void 0 : `
    suffix += ')'
  }
  for (let i = 0; i < links.length; i++) {
    const link = links[i]
    if (!link) break
    const next = links[i + 1]
    if (ts.isCallExpression(link)) {
      if (link.questionDotToken) {
        stopIfNullish(current, e.shortTemp('f'))
        current = e.shortTemp('f')
      }
      current = emitCallOfValue(e, current, link)
      continue
    }
    if (link.questionDotToken) {
      stopIfNullish(current, e.shortTemp('t'))
      current = e.shortTemp('t')
    }
    if (next && ts.isCallExpression(next)) {
      let known: string | null = null
      if (next.questionDotToken) {
        const receiver = e.shortTemp('t')
        known = e.shortTemp('f')
        stopIfNullish(`(${receiver} = ${current})${emitMember(e, link)}`, known)
        current = receiver
      }
      current = emitCallOfMember(e, current, link, next, known)
      i++
    } else current = readMember(e, current, link)
  }
  return prefix + current + suffix
}
