/** Expressions of a snippet as C: kernel call syntax, `->`, casts in place of `read_u32` and `as`. */
import ts from 'typescript'
import { castsOf, cTypeOf, isObject, MEMBER_NAMES } from './c-types.ts'
import { declared } from './declared.ts'
import { asWritten } from './printed-text.ts'

/** What the statements know and expressions ask for. */
export interface CContext {
  readonly file: ts.SourceFile
  /** Const of a `struct()` (and aliases of its view) → C name of the struct. */
  readonly structs: ReadonlyMap<string, string>
  /** C type of a field of a struct; empty if unknown. */
  fieldType(struct: string, field: string): string
  /** C type of a variable in scope; empty if unknown. */
  typeOf(name: string): string
  /** Makes a function of its own from a callback; answers its name. */
  hoist(callback: ts.ArrowFunction | ts.FunctionExpression, asked: string): string
  /** A name, or what C calls it. */
  name(written: string): string
}

const SAME = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '!='],
  [ts.SyntaxKind.QuestionQuestionToken, '?:'],
])
const ACCESS = /^(read|write)_(u8|u16|u32|u64)$/
/** Methods of JavaScript's lists and maps. */
const OF_LISTS = /^(push|pop|shift|unshift|splice|slice|map|filter|find|forEach|includes|join|fill|set|get|has|delete)$/
const LOG = /^(pr_\w+|printk|WARN|WARN_ONCE)$/

export class CExpressions {
  constructor(private readonly context: CContext) {}

  write(node: ts.Expression): string {
    const { context } = this
    if (ts.isIdentifier(node)) return node.text === 'undefined' ? 'NULL' : context.name(node.text)
    if (node.kind === ts.SyntaxKind.NullKeyword) return 'NULL'
    if (node.kind === ts.SyntaxKind.TrueKeyword) return 'true'
    if (node.kind === ts.SyntaxKind.FalseKeyword) return 'false'
    if (ts.isNumericLiteral(node)) return node.getText(context.file).replaceAll('_', '')
    if (ts.isBigIntLiteral(node)) return `${node.getText(context.file).replaceAll('_', '').slice(0, -1)}ULL`
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return JSON.stringify(node.text)
    if (ts.isTemplateExpression(node)) return this.unknown(node)
    if (ts.isNonNullExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
      return this.write(node.expression)
    if (ts.isParenthesizedExpression(node)) return this.parenthesised(node)
    if (ts.isPrefixUnaryExpression(node)) return `${ts.tokenToString(node.operator) ?? ''}${this.write(node.operand)}`
    if (ts.isPostfixUnaryExpression(node)) return `${this.write(node.operand)}${ts.tokenToString(node.operator) ?? ''}`
    if (ts.isBinaryExpression(node)) return this.binary(node)
    if (ts.isConditionalExpression(node))
      return `${this.write(node.condition)} ? ${this.write(node.whenTrue)} : ${this.write(node.whenFalse)}`
    if (ts.isPropertyAccessExpression(node)) return this.member(node)
    if (ts.isElementAccessExpression(node))
      return `${this.write(node.expression)}[${this.write(node.argumentExpression)}]`
    if (ts.isCallExpression(node)) return this.call(node)
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return context.hoist(node, 'callback')
    if (ts.isArrayLiteralExpression(node)) return `{ ${node.elements.map((each) => this.write(each)).join(', ')} }`
    if (ts.isObjectLiteralExpression(node)) return this.initialiser(node)
    return this.unknown(node)
  }

  /** C type of what an expression gives; empty if it cannot be told. */
  typeOf(node: ts.Expression): string {
    const { context } = this
    if (ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node)) return this.typeOf(node.expression)
    if (ts.isAsExpression(node)) return cTypeOf(node.type.getText(context.file), context.structs)
    if (ts.isIdentifier(node)) return context.typeOf(node.text)
    if (ts.isStringLiteral(node) || ts.isTemplateExpression(node)) return 'const char *'
    if (ts.isNumericLiteral(node)) return 'int'
    if (ts.isBigIntLiteral(node)) return 'u64'
    if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return 'bool'
    if (ts.isNewExpression(node)) return madeBy(node.expression.getText(context.file))
    if (ts.isBinaryExpression(node)) return this.binaryType(node)
    if (ts.isConditionalExpression(node)) return this.typeOf(node.whenTrue) || this.typeOf(node.whenFalse)
    if (ts.isPropertyAccessExpression(node)) return this.memberType(node)
    if (ts.isArrayLiteralExpression(node) && node.elements[0] !== undefined) {
      const type = this.typeOf(node.elements[0])
      return type === '' ? '' : `${type}${type.endsWith('*') ? '' : ' '}*`
    }
    if (!ts.isCallExpression(node)) return ''
    const { expression } = node
    if (ts.isIdentifier(expression)) {
      if (expression.text === 'Number') return 'unsigned long'
      if (expression.text === 'BigInt') return 'u64'
      if (expression.text === 'sizeof') return 'size_t'
      if (/^(READ_ONCE|rcu_dereference)$/.test(expression.text) && node.arguments[0] !== undefined)
        return this.typeOf(node.arguments[0])
      const own = context.typeOf(`${expression.text}()`)
      return own || cTypeOf(declared(expression.text)?.result ?? '', context.structs)
    }
    if (!ts.isPropertyAccessExpression(expression)) return ''
    const method = expression.name.text
    const access = ACCESS.exec(method)
    if (access?.[1] === 'read') return access[2] ?? ''
    if (method === 'add' || method === 'sub') return 'void *'
    if (method === 'eq') return 'bool'
    const [type] = node.arguments
    if (method === 'as' && type !== undefined) return `struct ${this.struct(type)} *`
    return ''
  }

  /** `(file.private_data as PacketSock)`: a cast in C as well, for what is read through it. */
  private parenthesised({ expression }: ts.ParenthesizedExpression): string {
    const text = this.write(expression)
    if (!ts.isAsExpression(expression)) return `(${text})`
    const type = this.typeOf(expression)
    return type.startsWith('struct ') && type !== this.typeOf(expression.expression)
      ? `((${type})${text})`
      : `(${text})`
  }

  /** A comment in the place of what C cannot say. */
  unknown(node: ts.Node): string {
    return `/* no C for: ${asWritten(node, this.context.file)} */`
  }

  private binaryType(node: ts.BinaryExpression): string {
    const { kind } = node.operatorToken
    const logical =
      (kind >= ts.SyntaxKind.LessThanToken && kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken) ||
      kind === ts.SyntaxKind.AmpersandAmpersandToken
    return logical ? 'bool' : this.typeOf(node.left) || this.typeOf(node.right)
  }

  private binary(node: ts.BinaryExpression): string {
    const { left, right, operatorToken } = node
    const kind = operatorToken.kind
    if (kind === ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken) {
      // `>>> 0` only makes a number unsigned, which C's types do.
      return ts.isNumericLiteral(right) && right.text === '0'
        ? this.write(left)
        : `${this.write(left)} >> ${this.write(right)}`
    }
    if (kind === ts.SyntaxKind.AsteriskAsteriskToken && left.getText(this.context.file) === '2')
      return `1 << ${wrapped(this.write(right))}`
    if (kind === ts.SyntaxKind.AsteriskAsteriskToken || kind === ts.SyntaxKind.InstanceOfKeyword)
      return this.unknown(node)
    // A call gives a pointer or an errno: C has both in one value.
    if (ts.isTypeOfExpression(left) && ts.isStringLiteralLike(right) && right.text === 'number') {
      const isSame = kind === ts.SyntaxKind.EqualsEqualsEqualsToken
      return `${isSame ? '' : '!'}IS_ERR(${this.write(left.expression)})`
    }
    if (kind === ts.SyntaxKind.EqualsToken) return `${this.write(left)} = ${this.assigned(right, this.typeOf(left))}`
    const sign = SAME.get(kind) ?? operatorToken.getText(this.context.file)
    return `${this.write(left)} ${sign} ${this.write(right)}`
  }

  /** A value that is kept or given as a `type`: callbacks' structures by address, an errno as a pointer. */
  assigned(node: ts.Expression, type = ''): string {
    if (ts.isConditionalExpression(node)) {
      const [yes, no] = [node.whenTrue, node.whenFalse].map((each) => this.assigned(each, type))
      return `${this.write(node.condition)} ? ${yes} : ${no}`
    }
    if (type.endsWith('*') && /^-E[A-Z]+$/.test(node.getText(this.context.file))) return `ERR_PTR(${this.write(node)})`
    const isOperations =
      ts.isIdentifier(node) && /^struct (file_operations|vm_operations_struct)$/.test(this.typeOf(node))
    return `${isOperations ? '&' : ''}${this.write(node)}`
  }

  private memberType(node: ts.PropertyAccessExpression): string {
    const { text } = node.name
    const base = this.typeOf(node.expression)
    const field = this.context.fieldType(/^struct (\w+)/.exec(base)?.[1] ?? '', text)
    if (field !== '') return field
    return text === 'addr' ? 'unsigned long' : text === 'ptr' ? base || 'void *' : ''
  }

  private member(node: ts.PropertyAccessExpression): string {
    const base = this.write(node.expression)
    const { text } = node.name
    if (text === 'addr' && !this.typeOf(node.expression).startsWith('struct ')) return `(unsigned long)${wrapped(base)}`
    if (text === 'ptr') return base
    if (text === 'value') return base
    if (text === 'length') return `ARRAY_SIZE(${base})`
    return `${base}${this.arrow(node.expression)}${text}`
  }

  private arrow(base: ts.Expression): string {
    const type = this.typeOf(base)
    return type === '' || type.endsWith('*') ? '->' : '.'
  }

  private call(node: ts.CallExpression): string {
    const { expression, arguments: args } = node
    if (ts.isIdentifier(expression)) return this.plainCall(node, expression.text)
    if (!ts.isPropertyAccessExpression(expression)) return this.unknown(node)
    const method = expression.name.text
    const base = this.write(expression.expression)
    if (base === 'Math') return this.arithmetic(node, method) ?? this.unknown(node)
    if (/^struct (Map|Set|WeakMap)$/.test(this.typeOf(expression.expression))) return this.unknown(node)
    const access = ACCESS.exec(method)
    const bytes = this.inBytes(expression.expression, base)
    if (access !== null) return this.access(access, bytes, args)
    const [first] = args
    const firstText = first === undefined ? '0' : this.write(first)
    switch (method) {
      case 'add':
        return `${wrapped(bytes)} + ${wrapped(firstText)}`
      case 'sub':
        return `${wrapped(bytes)} - ${wrapped(firstText)}`
      case 'eq':
        return `${wrapped(base)} == ${wrapped(firstText)}`
      case 'as':
        return `(struct ${first === undefined ? 'unknown' : this.struct(first)} *)${wrapped(base)}`
    }
    // A callback of a structure: `vma.vm_ops.open(vma)`.
    if (!OF_LISTS.test(method) && /^[a-z_]\w*$/.test(method) && declared(method) === undefined && !/^[A-Z]/.test(base))
      return `${base}${this.arrow(expression.expression)}${method}(${args.map((each) => this.write(each)).join(', ')})`
    return this.unknown(node)
  }

  /** An address that is counted on in bytes, as `add()` does: C counts a struct pointer on in whole structs. */
  private inBytes(node: ts.Expression, text: string): string {
    return /^struct .*\*$/.test(this.typeOf(node)) ? `(void *)${wrapped(text)}` : text
  }

  private access([, way, type]: RegExpExecArray, base: string, args: ts.NodeArray<ts.Expression>): string {
    const [first, second] = args
    const offset = first === undefined ? '0' : this.write(first)
    const place = offset === '0' ? `*(${type ?? ''} *)${wrapped(base)}` : `*(${type ?? ''} *)(${base} + ${offset})`
    return way === 'read' ? place : `${place} = ${second === undefined ? '0' : this.write(second)}`
  }

  private plainCall(node: ts.CallExpression, name: string): string {
    const { arguments: args } = node
    const [first] = args
    if (name === 'Number' && first !== undefined) return this.write(first)
    if (name === 'BigInt' && first !== undefined) return `(u64)${wrapped(this.write(first))}`
    if (name === 'String' && first !== undefined) return this.write(first)
    if (name === 'shared' && first !== undefined) return this.write(first)
    if ((name === 'sizeof' || name === 'struct_size') && first !== undefined)
      return `${name}(struct ${this.struct(first)})`
    if ((name === 'list_entry' || name === 'container_of') && args.length === 3) return this.container(name, args)
    if (LOG.test(name)) return this.log(name, args)
    if (name === 'kthread_run' && first !== undefined) {
      const who = args[1] === undefined ? '"worker"' : this.write(args[1])
      return `kthread_run(${this.argument(first, 'thread')}, NULL, ${who})`
    }
    if ((name === 'READ_ONCE' || name === 'WRITE_ONCE') && args.length > 0)
      return `${name}(${args.map((each) => this.write(each)).join(', ')})`
    const casts = castsOf(name)
    const given = args.map((each, at) => {
      const text = this.argument(each, name)
      return at === 0 && casts.first !== '' ? casts.first + wrapped(text) : text
    })
    return `${casts.result}${this.context.name(name)}(${given.join(', ')})`
  }

  private container(name: string, [inner, type, field]: readonly ts.Expression[]): string {
    if (inner === undefined || type === undefined || field === undefined) return ''
    const member = ts.isStringLiteralLike(field) ? field.text : this.write(field)
    return `${name}(${this.write(inner)}, struct ${this.struct(type)}, ${member})`
  }

  /** `Math.ceil(a / b)` and what else the kernel has a macro for; null for the rest. */
  private arithmetic(node: ts.CallExpression, method: string): string | null {
    const [first] = node.arguments
    if (first === undefined) return null
    const bare = ts.isParenthesizedExpression(first) ? first.expression : first
    const divides = ts.isBinaryExpression(bare) && bare.operatorToken.kind === ts.SyntaxKind.SlashToken ? bare : null
    if (method === 'ceil' && divides !== null)
      return `DIV_ROUND_UP(${this.write(divides.left)}, ${this.write(divides.right)})`
    if (method === 'floor' || method === 'trunc') return `(${this.write(first)})`
    const count = node.arguments.length
    if ((method === 'min' || method === 'max') && (count === 2 || count === 3))
      return `${method}${count === 3 ? '3' : ''}(${node.arguments.map((each) => this.write(each)).join(', ')})`
    return null
  }

  /** An argument; objects that C has by value go by address. */
  argument(node: ts.Expression, asked: string): string {
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return this.context.hoist(node, asked)
    const text = this.write(node)
    const isPlace = ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)
    return isPlace && isObject(this.typeOf(node)) ? `&${text}` : text
  }

  private log(name: string, args: ts.NodeArray<ts.Expression>): string {
    const [first] = args
    if (first === undefined) return `${name}("\\n")`
    if (ts.isStringLiteral(first) || ts.isNoSubstitutionTemplateLiteral(first))
      return `${name}(${JSON.stringify(`${first.text.replaceAll('%', '%%')}\n`)})`
    if (!ts.isTemplateExpression(first)) return `${name}("%s\\n", ${this.write(first)})`
    let format = first.head.text.replaceAll('%', '%%')
    const values: string[] = []
    for (const { expression, literal } of first.templateSpans) {
      const [sign, value] = this.formatted(expression)
      format += sign + literal.text.replaceAll('%', '%%')
      values.push(value)
    }
    return `${name}(${[JSON.stringify(`${format}\n`), ...values].join(', ')})`
  }

  /** Conversion of printk and the value for it. */
  private formatted(node: ts.Expression): readonly [string, string] {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'toString'
    ) {
      const inner = node.expression.expression
      const [, value] = this.formatted(inner)
      return [/64|long/.test(this.typeOf(inner)) ? '%llx' : '%x', value]
    }
    const type = this.typeOf(node)
    const text = this.write(node)
    if (type.endsWith('*')) return [type === 'const char *' ? '%s' : '%p', text]
    if (/u64/.test(type)) return ['%llu', text]
    if (/long|size_t/.test(type)) return ['%lu', text]
    return [/^u\d/.test(type) ? '%u' : '%d', text]
  }

  /** `{ open: f }` → a designated initialiser. */
  private initialiser(node: ts.ObjectLiteralExpression): string {
    const fields = node.properties.map((each) => {
      const written = each.name?.getText(this.context.file) ?? ''
      const name = MEMBER_NAMES[written] ?? written
      if (ts.isPropertyAssignment(each)) {
        const value = each.initializer
        const isCode = ts.isArrowFunction(value) || ts.isFunctionExpression(value)
        return `.${name} = ${isCode ? this.context.hoist(value, written) : this.assigned(value)}`
      }
      if (ts.isShorthandPropertyAssignment(each)) return `.${name} = ${written}`
      return this.unknown(each)
    })
    return fields.length === 0 ? '{ }' : `{ ${fields.join(', ')} }`
  }

  private struct(node: ts.Expression): string {
    const name = node.getText(this.context.file)
    return this.context.structs.get(name) ?? name
  }
}

/** C type of a kernel object made with `new`. */
export function madeBy(name: string): string {
  return /_t$/.test(name) ? name : `struct ${name}`
}

/** Parenthesised if it is more than one name, member or call. */
function wrapped(text: string): string {
  return /^(\(void \*\))?[\w.]+(->[\w.]+)*(\([^()]*\))?$|^\([^()]*\)$/.test(text) ? text : `(${text})`
}
