/**
 * Calls. A call of a surface step gets its site as first argument; any other call that may lead to the surface stores
 * it in `$R.site` when the arguments have been evaluated: `f(a, $l(b, $R.site = SITE))`. Generator code delegates to
 * the twins of user functions and puts the preemption point of a step after its arguments:
 * `$s_f(SITE, a, $l(b, $R.stops && (yield)))`.
 */

import ts from 'typescript'
import { skipOuter } from './skip-outer.ts'
import { emitMember, emitSuperMember, isAccess } from './emit-access.ts'
import { bindingOf, checkNamespaceMember, emitImported, isPureGlobal, surfaceName } from './emit-names.ts'
import type { Emitter } from './emitter.ts'
import { lineMark } from './emitted-text.ts'

/** Read once: on the namespace it is a getter. */
const { SyntaxKind } = ts

/** A preemption point: the scheduler is asked only when it might let another task run. */
const PREEMPTION = '$R.stops && (yield)'

const SORTS = ['sort', 'toSorted']

/** Arguments as emitted; `wrap` is applied to the last one. */
export function emitArguments(e: Emitter, list: readonly ts.Expression[], wrap?: (last: string) => string): string[] {
  return list.map((argument, index) => {
    const wrapped = (text: string): string => (wrap && index === list.length - 1 ? wrap(text) : text)
    return ts.isSpreadElement(argument) ? `...${wrapped(e.emit(argument.expression))}` : wrapped(e.emit(argument))
  })
}

const listed = (parts: readonly string[]): string => parts.map((part) => `, ${part}`).join('')

/** A call expression that is no part of an optional chain. */
export function emitCall(e: Emitter, node: ts.CallExpression): string {
  const mark = lineMark(e.line(node))
  return mark + emitCallText(e, node)
}

function emitCallText(e: Emitter, node: ts.CallExpression): string {
  const callee = skipOuter(node.expression)
  if (callee.kind === SyntaxKind.SuperKeyword) return emitSuperCall(e, node)
  const surface = surfaceName(e, callee)
  if (surface) {
    if (surface.kind === 'step') {
      const resumes = e.interleaved && (e.file.surface.resumable?.includes(surface.name) ?? false)
      return (resumes ? emitResumable : emitStep)(e, hoistStep(e, surface.key), node)
    }
    if (surface.kind === 'suspending') return emitSuspending(e, hoistStep(e, surface.key), node)
    if (surface.kind === 'pure') return `${emitImported(e, surface)}(${emitArguments(e, node.arguments).join(', ')})`
  }
  if (isAccess(callee) && !ts.isOptionalChain(callee) && !surface) {
    if (ts.isPropertyAccessExpression(callee)) {
      checkNamespaceMember(e, callee)
      if (ts.isPrivateIdentifier(callee.name) && e.scope.isPrivateMethod(callee.name.text))
        return emitPrivateCall(e, callee, node)
    }
    if (callee.expression.kind === SyntaxKind.SuperKeyword) return emitSuperMethod(e, callee, node)
    return emitCallOfMember(e, e.emit(callee.expression), callee, node, null)
  }
  const binding = bindingOf(e, callee)
  if (binding?.fn && !binding.assigned) {
    const args = emitArguments(e, node.arguments).join(', ')
    return e.generator ? `(yield* $g_${binding.name}(${args}))` : `${binding.name}(${args})`
  }
  if (ts.isIdentifier(callee) && !binding && callee.text === 'BigInt')
    return `BigInt(${emitArguments(e, node.arguments).join(', ')})`
  const text = e.emit(callee)
  return emitCallOfValue(e, ts.isIdentifier(callee) && !text.includes('.') ? text : `(0, ${text})`, node)
}

function hoistStep(e: Emitter, key: string): string {
  return e.hoist('s', key, `$S.step[${JSON.stringify(key)}]`)
}

function emitStep(e: Emitter, name: string, node: ts.CallExpression): string {
  const site = e.site(node)
  if (!e.generator) return `${name}(${site}${listed(emitArguments(e, node.arguments))})`
  if (node.arguments.length === 0) return `${name}($l(${site}, ${PREEMPTION}))`
  return `${name}(${site}${listed(emitArguments(e, node.arguments, (last) => `$l(${last}, ${PREEMPTION})`))})`
}

/** A step that may leave more to be done: in interleaved code only. */
function emitResumable(e: Emitter, name: string, node: ts.CallExpression): string {
  const call = emitStep(e, name, node)
  if (!e.generator) return `$R.finish(${call}, ${e.site(node)})`
  const result = e.uniqueTemp()
  return `($R.isMore(${result} = ${call}) ? (yield* ${result}.generator) : ${result})`
}

function emitSuspending(e: Emitter, name: string, node: ts.CallExpression): string {
  const site = e.site(node)
  if (e.generator) return `(yield* $R.suspend(${name}, ${site}, [${emitArguments(e, node.arguments).join(', ')}]))`
  if (node.arguments.length === 0) return `$R.finish(${name}($R.site = ${site}), ${site})`
  const args = emitArguments(e, node.arguments, (last) => `$l(${last}, $R.site = ${site})`)
  return `$R.finish(${name}(${site}${listed(args)}), ${site})`
}

/** A call of a value that is already emitted as `callee`. */
export function emitCallOfValue(e: Emitter, callee: string, node: ts.CallExpression): string {
  const site = e.site(node)
  if (e.generator) return `(yield* $R.icall(${site}, ${callee}, [${emitArguments(e, node.arguments).join(', ')}]))`
  if (node.arguments.length === 0) return `$R.at(${site}, ${callee})()`
  return `${callee}(${emitArguments(e, node.arguments, (last) => `$l(${last}, $R.site = ${site})`).join(', ')})`
}

/**
 * A method call on a receiver that is already emitted. `known` is the temporary that holds the method if the chain
 * looked it up already (`o.m?.()`); then `receiver` is a temporary too.
 */
export function emitCallOfMember(
  e: Emitter,
  receiver: string,
  access: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  node: ts.CallExpression,
  known: string | null,
): string {
  const site = e.site(node)
  const name = ts.isPropertyAccessExpression(access) ? access.name.text : null
  if (name !== null && e.file.methods.has(name)) return emitStepMethod(e, name, receiver, node)
  if (name !== null && isPureGlobal(e, access.expression))
    return `${receiver}.${name}(${emitArguments(e, node.arguments).join(', ')})`
  if (e.generator || (name !== null && SORTS.includes(name) && node.arguments.length > 0)) {
    let object = receiver
    let method = known
    if (method === null) {
      const simple =
        name !== null || (!ts.isPropertyAccessExpression(access) && ts.isLiteralExpression(access.argumentExpression))
      const temp = simple ? e.shortTemp('t') : e.uniqueTemp()
      object = `${temp} = ${receiver}`
      method = `${temp}${emitMember(e, access)}`
    }
    const call = `(${site}, ${object}, ${method}, [${emitArguments(e, node.arguments).join(', ')}])`
    return e.generator ? `(yield* $R.imethod${call})` : `$R.sort${call}`
  }
  if (known !== null) {
    const rest = emitArguments(e, node.arguments, (last) => `$l(${last}, $R.site = ${site})`)
    return `${known}.call(${receiver}${listed(rest)})`
  }
  if (node.arguments.length === 0) return `$R.at(${site}, ${receiver})${emitMember(e, access)}()`
  const args = emitArguments(e, node.arguments, (last) => `$l(${last}, $R.site = ${site})`)
  const object = ts.isNumericLiteral(access.expression) ? `(${receiver})` : receiver
  return `${object}${emitMember(e, access)}(${args.join(', ')})`
}

function emitStepMethod(e: Emitter, name: string, receiver: string, node: ts.CallExpression): string {
  const method = e.hoist('m', name, `$S.methods[${JSON.stringify(name)}]`)
  const site = e.site(node)
  if (!e.generator) return `${method}(${site}, ${receiver}${listed(emitArguments(e, node.arguments))})`
  if (node.arguments.length === 0) return `${method}(${site}, $l(${receiver}, ${PREEMPTION}))`
  const list = emitArguments(e, node.arguments, (last) => `$l(${last}, ${PREEMPTION})`)
  return `${method}(${site}, ${receiver}${listed(list)})`
}

function emitPrivateCall(e: Emitter, callee: ts.PropertyAccessExpression, node: ts.CallExpression): string {
  const call = `${e.emit(callee.expression)}.${callee.name.text}(${emitArguments(e, node.arguments).join(', ')})`
  if (!e.interleaved) return call
  return e.generator ? `(yield* ${call})` : `$R.drive(${call})`
}

function emitSuperMethod(
  e: Emitter,
  callee: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  node: ts.CallExpression,
): string {
  const site = e.site(node)
  const member = emitSuperMember(e, callee)
  if (e.generator)
    return `(yield* $R.imethod(${site}, this, ${member}, [${emitArguments(e, node.arguments).join(', ')}]))`
  if (node.arguments.length === 0) return `($R.site = ${site}, ${member}())`
  return `${member}(${emitArguments(e, node.arguments, (last) => `$l(${last}, $R.site = ${site})`).join(', ')})`
}

function emitSuperCall(e: Emitter, node: ts.CallExpression): string {
  const site = e.site(node)
  if (node.arguments.length === 0) return `($R.site = ${site}, super())`
  return `super(${emitArguments(e, node.arguments, (last) => `$l(${last}, $R.site = ${site})`).join(', ')})`
}

/** `new C(…)`: constructors are straight code in both forms. */
export function emitNew(e: Emitter, node: ts.NewExpression): string {
  const site = e.site(node)
  const callee = skipOuter(node.expression)
  const text = e.emit(callee)
  const name = ts.isIdentifier(callee) && !text.includes('(') ? text : `(${text})`
  const mark = lineMark(e.line(node))
  if (!node.arguments || node.arguments.length === 0) return `${mark}new ($R.at(${site}, ${text}))()`
  const args = emitArguments(e, node.arguments, (last) => `$l(${last}, $R.site = ${site})`)
  return `${mark}new ${name}(${args.join(', ')})`
}

/** A tagged template: the tag is called as it is, without preemption inside. */
export function emitTaggedTemplate(e: Emitter, node: ts.TaggedTemplateExpression): string {
  const site = e.site(node)
  const tag = skipOuter(node.tag)
  const tagged =
    isAccess(tag) && !ts.isOptionalChain(tag) ? `${e.emit(tag.expression)}${emitMember(e, tag)}` : `(${e.emit(tag)})`
  const { template } = node
  if (ts.isNoSubstitutionTemplateLiteral(template)) {
    if (isAccess(tag) && !ts.isOptionalChain(tag))
      return `$R.at(${site}, ${e.emit(tag.expression)})${emitMember(e, tag)}${e.emit(template)}`
    return `$R.at(${site}, ${e.emit(tag)})${e.emit(template)}`
  }
  const last = template.templateSpans.length - 1
  const spans = template.templateSpans.map((span, index) => {
    const value = e.emit(span.expression)
    return `${index === last ? `$l(${value}, $R.site = ${site})` : value}${e.emit(span.literal)}`
  })
  return `${tagged}${e.emit(template.head)}${spans.join('')}`
}
