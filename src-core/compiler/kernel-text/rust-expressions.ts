/**
 * Expressions of a snippet as Rust: `::` for statics, closures, `?` where the real function returns a `Result`.
 * Functions of the C surface go through `bindings`, as a Rust driver would call them.
 */
import ts from 'typescript'
import { declared } from './declared.ts'
import { asWritten } from './printed-text.ts'

const ACCESS = /^(read|write)_(u8|u16|u32|u64)$/
const SIGNS = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '!='],
])

/** Writes the statements of a closure with a body, without braces. */
export type BlockWriter = (statements: readonly ts.Statement[]) => string[]

export class RustExpressions {
  constructor(
    private readonly file: ts.SourceFile,
    private readonly block: BlockWriter,
  ) {}

  write(node: ts.Expression): string {
    const { file } = this
    if (ts.isIdentifier(node)) return node.text === 'undefined' ? 'None' : node.text
    if (node.kind === ts.SyntaxKind.ThisKeyword) return 'self'
    if (node.kind === ts.SyntaxKind.NullKeyword) return 'None'
    if (node.kind === ts.SyntaxKind.TrueKeyword) return 'true'
    if (node.kind === ts.SyntaxKind.FalseKeyword) return 'false'
    if (ts.isNumericLiteral(node)) return node.getText(file)
    if (ts.isBigIntLiteral(node)) return node.getText(file).slice(0, -1)
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return JSON.stringify(node.text)
    if (ts.isNonNullExpression(node)) return this.write(node.expression)
    if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return this.write(node.expression)
    if (ts.isParenthesizedExpression(node)) return `(${this.write(node.expression)})`
    if (ts.isPrefixUnaryExpression(node)) return this.prefix(node)
    if (ts.isPostfixUnaryExpression(node))
      return `${this.write(node.operand)} ${node.operator === ts.SyntaxKind.PlusPlusToken ? '+=' : '-='} 1`
    if (ts.isBinaryExpression(node)) return this.binary(node)
    if (ts.isConditionalExpression(node))
      return `if ${this.write(node.condition)} { ${this.write(node.whenTrue)} } else { ${this.write(node.whenFalse)} }`
    if (ts.isPropertyAccessExpression(node)) return this.member(node)
    if (ts.isElementAccessExpression(node))
      return `${this.write(node.expression)}[${this.write(node.argumentExpression)}]`
    if (ts.isCallExpression(node)) return this.call(node)
    if (ts.isNewExpression(node)) return this.made(node)
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return this.closure(node)
    if (ts.isArrayLiteralExpression(node)) return `[${node.elements.map((each) => this.write(each)).join(', ')}]`
    return this.unknown(node)
  }

  /** `pr_info!("…", …)` and plain calls; other templates become `format_args!`. */
  private message(node: ts.Expression): string {
    if (ts.isStringLiteralLike(node)) return JSON.stringify(`${braced(node.text)}\n`)
    if (!ts.isTemplateExpression(node)) return `"{}\\n", ${this.write(node)}`
    let format = braced(node.head.text)
    const values: string[] = []
    for (const { expression, literal } of node.templateSpans) {
      format += `{}${braced(literal.text)}`
      values.push(this.write(expression))
    }
    return [JSON.stringify(`${format}\n`), ...values].join(', ')
  }

  unknown(node: ts.Node): string {
    return `/* no Rust for: ${asWritten(node, this.file)} */`
  }

  private prefix(node: ts.PrefixUnaryExpression): string {
    const operand = this.write(node.operand)
    if (node.operator === ts.SyntaxKind.PlusPlusToken) return `${operand} += 1`
    if (node.operator === ts.SyntaxKind.MinusMinusToken) return `${operand} -= 1`
    const sign = node.operator === ts.SyntaxKind.TildeToken ? '!' : (ts.tokenToString(node.operator) ?? '')
    return `${sign}${operand}`
  }

  private binary(node: ts.BinaryExpression): string {
    const { left, right, operatorToken } = node
    const kind = operatorToken.kind
    const isNull = (each: ts.Expression): boolean => each.kind === ts.SyntaxKind.NullKeyword
    if (isNull(right) && kind === ts.SyntaxKind.EqualsEqualsEqualsToken) return `${this.write(left)}.is_none()`
    if (isNull(right) && kind === ts.SyntaxKind.ExclamationEqualsEqualsToken) return `${this.write(left)}.is_some()`
    // A call gives a pointer or an errno: a Result.
    if (ts.isTypeOfExpression(left) && ts.isStringLiteralLike(right) && right.text === 'number')
      return `${this.write(left.expression)}.${kind === ts.SyntaxKind.EqualsEqualsEqualsToken ? 'is_err' : 'is_ok'}()`
    if (kind === ts.SyntaxKind.QuestionQuestionToken) return `${this.write(left)}.unwrap_or(${this.write(right)})`
    if (kind === ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken && right.getText(this.file) === '0')
      return this.write(left)
    if (kind === ts.SyntaxKind.AsteriskAsteriskToken || kind === ts.SyntaxKind.InstanceOfKeyword)
      return this.unknown(node)
    return `${this.write(left)} ${SIGNS.get(kind) ?? operatorToken.getText(this.file)} ${this.write(right)}`
  }

  private member(node: ts.PropertyAccessExpression): string {
    const base = this.write(node.expression)
    const { text } = node.name
    if (text === 'addr') return `${base} as usize`
    if (text === 'length') return `${base}.len()`
    return isType(base) ? `${base}::${text}` : `${base}.${text}`
  }

  private call(node: ts.CallExpression): string {
    const { expression, arguments: args } = node
    const given = (): string => args.map((each) => this.write(each)).join(', ')
    if (ts.isIdentifier(expression)) {
      const name = expression.text
      const [first] = args
      if (/^pr_\w+$/.test(name)) return `${name}!(${first === undefined ? '"\\n"' : this.message(first)})`
      if ((name === 'Number' || name === 'BigInt') && first !== undefined)
        return `${this.cast(first)} as ${name === 'Number' ? 'usize' : 'u64'}`
      if (name === 'sizeof' && first !== undefined) return `size_of::<${this.write(first)}>()`
      const from = declared(name)?.module ?? ''
      if (from.startsWith('linux')) return `unsafe { bindings::${name}(${given()}) }`
      return `${name}(${given()})`
    }
    if (!ts.isPropertyAccessExpression(expression)) return this.unknown(node)
    const base = this.write(expression.expression)
    const method = expression.name.text
    const access = ACCESS.exec(method)
    if (access !== null) return this.access(access, base, args)
    if (base === 'Math') return this.unknown(node)
    const fails = args.some((each) => /\bGFP_/.test(each.getText(this.file)))
    return `${base}${isType(base) ? '::' : '.'}${method}(${given()})${fails ? '?' : ''}`
  }

  /** What is cast: in parentheses if it is more than a name or a call. */
  private cast(node: ts.Expression): string {
    const text = this.write(node)
    return ts.isBinaryExpression(node) || ts.isConditionalExpression(node) ? `(${text})` : text
  }

  private access([, way, type]: RegExpExecArray, base: string, args: ts.NodeArray<ts.Expression>): string {
    const [first, second] = args
    const offset = first === undefined ? '0' : this.write(first)
    const at = offset === '0' ? base : `${base}.add(${offset})`
    const cast = type === 'u8' ? at : `${at}.cast::<${type ?? 'u8'}>()`
    const value = second === undefined ? '' : this.write(second)
    return way === 'read' ? `unsafe { ${cast}.read() }` : `unsafe { ${cast}.write(${value}) }`
  }

  private made(node: ts.NewExpression): string {
    const name = node.expression.getText(this.file)
    if (name === 'KernelError') return node.arguments?.[0] === undefined ? 'EINVAL' : this.write(node.arguments[0])
    const args = (node.arguments ?? []).map((each) => this.write(each)).join(', ')
    return args === '' ? `${name} {}` : `${name}::new(${args})`
  }

  private closure(node: ts.ArrowFunction | ts.FunctionExpression): string {
    const parameters = node.parameters.map((each) => each.name.getText(this.file)).join(', ')
    if (!ts.isBlock(node.body)) return `|${parameters}| ${this.write(node.body)}`
    const lines = this.block(node.body.statements)
    return [`|${parameters}| {`, ...lines.map((line) => (line === '' ? '' : `    ${line}`)), '}'].join('\n')
  }
}

/** Types and enums begin with a capital letter; constants are all capitals. */
export function isType(text: string): boolean {
  return /^[A-Z]\w*[a-z]\w*(::\w+)*$/.test(text)
}

function braced(text: string): string {
  return text.replaceAll('{', '{{').replaceAll('}', '}}')
}
