/** Names: references to imports, enum and namespace members, property names, and the receivers that need no site. */

import ts from 'typescript'
import { skipOuter } from './skip-outer.ts'
import { escapeLiteral, needsEscape } from './emitted-text.ts'
import type { Emitter } from './emitter.ts'
import type { Imported } from './imports.ts'
import { BORROWS, ELSEWHERE } from './moves.ts'
import type { Binding, BindingKind, Scope } from './scope.ts'

/** Read once: on the namespace it is a getter. */
const { SyntaxKind } = ts

/** Globals whose functions never reach simulated memory nor call back. */
const PURE_GLOBALS = ['Math', 'Number', 'BigInt']
/** Globals whose own properties are no simulated memory. */
const KNOWN_GLOBALS = [
  ...PURE_GLOBALS,
  'Object',
  'Array',
  'String',
  'Symbol',
  'Reflect',
  'JSON',
  'Map',
  'Set',
  'Uint8Array',
  'Error',
]
/** The globals of a snippet (runtime/sandbox.ts leaves the same ones). */
const GLOBALS: ReadonlySet<string> = new Set([
  ...KNOWN_GLOBALS,
  ...[
    'AggregateError',
    'ArrayBuffer',
    'BigInt64Array',
    'BigUint64Array',
    'Boolean',
    'DataView',
    'EvalError',
    'Infinity',
  ],
  ...['Int16Array', 'Int32Array', 'Int8Array', 'NaN', 'Proxy', 'RangeError', 'ReferenceError', 'RegExp', 'SyntaxError'],
  ...['Float32Array', 'Float64Array', 'TypeError', 'URIError', 'Uint16Array', 'Uint32Array', 'Uint8ClampedArray'],
  ...['WeakMap', 'WeakSet', 'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape'],
  ...[
    'globalThis',
    'isFinite',
    'isNaN',
    'parseFloat',
    'parseInt',
    'undefined',
    'arguments',
    'Array',
    'BigInt',
    'Object',
  ],
  ...['Math', 'Number'],
])
/** Words that SES would mistake for syntax it refuses when an argument list follows. */
const REFUSED_NAMES = ['import', 'eval']

/** The binding of an identifier expression; `null` for globals and other expressions. */
export function bindingOf(e: Emitter, node: ts.Node): Binding | null {
  return ts.isIdentifier(node) ? e.scope.resolve(node.text) : null
}

/** What an identifier was imported as, if it was. */
export function importedAs(e: Emitter, node: ts.Node): Imported | null {
  const binding = bindingOf(e, node)
  return binding ? (e.file.bound.imports.get(binding) ?? null) : null
}

/** An identifier used as a value. */
export function emitIdentifier(e: Emitter, node: ts.Identifier): string {
  const binding = e.scope.resolve(node.text)
  if (!binding) return emitGlobal(node)
  const imported = e.file.bound.imports.get(binding)
  if (imported) return emitImported(e, imported)
  const { moves, uses } = e.file.bound.moving
  if (binding.moved === true && uses.has(node)) return `$R.use(${e.site(node)}, ${node.text}, $d_${node.text})`
  const move = binding.moved === true ? moves.get(node) : undefined
  if (move !== undefined) return emitMove(e, node, binding, move)
  if (binding.kind === 'enum-member') return `${binding.scope.owner ?? ''}[${JSON.stringify(node.text)}]`
  return node.text
}

/** A mention that moves the value if it is an owner: from then on the name is dead, and its block does not drop it. */
function emitMove(
  e: Emitter,
  node: ts.Identifier,
  binding: Binding,
  { target, own }: { readonly target: string; readonly own: string },
): string {
  const { name } = binding
  const site = e.site(node)
  const kept = binding.kind === 'using' ? `${binding.scope.usingName ?? ''}.move(${name})` : name
  const takes = target.startsWith(ELSEWHERE) ? takenElsewhere(target) : JSON.stringify(target)
  const types = `${JSON.stringify(own)}, ${takes}`
  const otherwise = binding.kind === 'using' && !ts.isCallOrNewExpression(node.parent) ? kept : name
  return `($R.moves(${site}, ${name}, $d_${name}, ${types}) ? ($d_${name} = ${site}, ${kept}) : ${otherwise})`
}

/** What a function of another file takes over: that file says so in its exports (`emitTaken`). */
function takenElsewhere(target: string): string {
  const [slot, name, index] = target.slice(ELSEWHERE.length).split('.')
  return `($M[${slot}].$takes?.${name}?.[${index}] ?? ${JSON.stringify(BORROWS)})`
}

/** The flags of the names of a scope that may be moved: 0, or the site that moved them. */
export function moveFlags(scope: Scope, kinds: readonly BindingKind[]): string {
  const names = [...scope.names.values()].filter((binding) => binding.moved === true && kinds.includes(binding.kind))
  return names.length === 0 ? '' : ` let ${names.map(({ name }) => `$d_${name} = 0`).join(', ')};`
}

/**
 * A name that the program does not declare. The sandbox would read an unknown one as `undefined`; here it is what it is
 * in any other script: a ReferenceError where it is used.
 */
function emitGlobal(node: ts.Identifier): string {
  const { text, parent } = node
  if (GLOBALS.has(text)) return text
  const isWritten = ts.isBinaryExpression(parent) && parent.left === node && isAssignment(parent.operatorToken.kind)
  const isLabel = ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)
  if (ts.isTypeOfExpression(parent) || ts.isMetaProperty(parent) || isWritten || isLabel) return text
  return `$R.missing(${JSON.stringify(text)})`
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment
}

/** An imported name used as a value. */
export function emitImported(e: Emitter, imported: Imported): string {
  switch (imported.from) {
    case 'surface':
      return e.hoist('v', imported.key, `$S.value[${JSON.stringify(imported.key)}]`)
    case 'surface-module': {
      const names = Object.entries(e.file.surface.modules[imported.module] ?? {}).filter(([, kind]) => kind !== 'type')
      const members = names.map(([name]) => {
        const key = JSON.stringify(e.file.table.key(imported.module, name))
        return `get ${JSON.stringify(name)}() { return $S.value[${key}] }`
      })
      return e.hoist('n', imported.module, `Object.freeze({ ${members.join(', ')} })`)
    }
    case 'file':
      return `$M[${imported.slot}].${imported.name}`
    case 'file-namespace':
      return `$M[${imported.slot}]`
    case 'nowhere':
      return 'undefined'
  }
}

/** The surface name that an expression refers to: an imported name, or a member of a namespace (`sim.reclaim`). */
export function surfaceName(e: Emitter, expression: ts.Expression): Extract<Imported, { from: 'surface' }> | null {
  const node = skipOuter(expression)
  if (ts.isIdentifier(node)) {
    const imported = importedAs(e, node)
    return imported?.from === 'surface' ? imported : null
  }
  if (!ts.isPropertyAccessExpression(node) || node.questionDotToken) return null
  const namespace = importedAs(e, skipOuter(node.expression))
  if (namespace?.from !== 'surface-module') return null
  const names = e.file.surface.modules[namespace.module] ?? {}
  const kind = names[node.name.text]
  if (kind === undefined || !Object.hasOwn(names, node.name.text)) return null
  e.file.table.surfaceNames.add(node.name.text)
  e.file.table.noteRust(namespace.module, node.name.text)
  return { from: 'surface', name: node.name.text, key: e.file.table.key(namespace.module, node.name.text), kind }
}

/** Reports a member that a surface namespace does not have. */
export function checkNamespaceMember(e: Emitter, node: ts.PropertyAccessExpression): void {
  if (!e.interleaved) return
  const namespace = importedAs(e, skipOuter(node.expression))
  if (namespace?.from === 'surface-module') e.file.table.surfaceName(namespace.module, node.name.text, node.name)
}

/** True if properties of this expression are certainly no simulated memory and no accessor of the surface. */
export function isPlainReceiver(e: Emitter, expression: ts.Expression): boolean {
  const node = skipOuter(expression)
  switch (node.kind) {
    case SyntaxKind.ThisKeyword:
    case SyntaxKind.SuperKeyword:
    case SyntaxKind.ArrayLiteralExpression:
    case SyntaxKind.ObjectLiteralExpression:
    case SyntaxKind.StringLiteral:
    case SyntaxKind.NoSubstitutionTemplateLiteral:
    case SyntaxKind.TemplateExpression:
    case SyntaxKind.NumericLiteral:
    case SyntaxKind.RegularExpressionLiteral:
    case SyntaxKind.MetaProperty:
      return true
    case SyntaxKind.Identifier: {
      const binding = bindingOf(e, node)
      if (!binding) return KNOWN_GLOBALS.includes((node as ts.Identifier).text)
      if (binding.kind === 'class' || binding.kind === 'enum' || binding.kind === 'namespace') return true
      const imported = e.file.bound.imports.get(binding)
      if (imported) return imported.from === 'surface-module' || imported.from === 'file-namespace'
      return binding.plain
    }
  }
  return false
}

/** True for `Math`, `Number`, `BigInt`: their functions need no site. */
export function isPureGlobal(e: Emitter, expression: ts.Expression): boolean {
  const node = skipOuter(expression)
  return ts.isIdentifier(node) && PURE_GLOBALS.includes(node.text) && e.scope.resolve(node.text) === null
}

/** A property name in an object literal, class or pattern. */
export function emitPropertyName(e: Emitter, name: ts.PropertyName): string {
  if (ts.isComputedPropertyName(name)) return `[${e.emit(name.expression)}]`
  if (ts.isIdentifier(name)) return REFUSED_NAMES.includes(name.text) ? `["${name.text}"]` : name.text
  if (ts.isStringLiteralLike(name)) return emitLiteral(e, name)
  return e.text(name)
}

/** A string, template or regular expression literal. */
export function emitLiteral(e: Emitter, node: ts.Node): string {
  const text = e.text(node)
  if (!needsEscape(text)) return text
  const template = ts.isTemplateLiteralToken(node)
    ? ts.isTemplateSpan(node.parent)
      ? node.parent.parent
      : node.parent
    : null
  const tagged = template && (ts.isTaggedTemplateExpression(template) || ts.isTaggedTemplateExpression(template.parent))
  if (tagged && e.interleaved) {
    e.file.errors.add(
      'unsupported',
      'a tagged template cannot hold "import(", "eval(" or an HTML comment; put it into ${…}',
      node,
    )
  }
  return escapeLiteral(text)
}
