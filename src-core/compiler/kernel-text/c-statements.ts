/** Statements of a snippet as C. Callbacks become functions of their own; loops over a list become index loops. */
import ts from 'typescript'
import { cFieldType, cTypeOf, declare } from './c-types.ts'
import { CScope } from './c-scope.ts'
import { CExpressions, madeBy, type CContext } from './c-expressions.ts'
import { asWritten, commentBehind, commentsBefore, PrintedText } from './printed-text.ts'

export class CStatements extends CScope implements CContext {
  /** Functions made of callbacks; they stand in front of the function that uses them. */
  private hoisted: string[] = []
  private readonly expressions: CExpressions = new CExpressions(this)
  private out = new PrintedText('\t')
  /** The statements are those of a callback that became the body of a loop macro. */
  private inLoop = false
  /** C type of what the function gives that is being written. */
  private result = ''

  constructor(readonly file: ts.SourceFile) {
    super()
  }

  name(written: string): string {
    return written
  }

  hoist(callback: ts.ArrowFunction | ts.FunctionExpression, asked: string): string {
    const name = this.freeName(asked === 'kthread_run' || asked === 'thread' ? 'thread_fn' : `${asked}_fn`)
    const head = this.signature(name, callback, asked === 'thread' ? 'int' : '')
    this.hoisted.push(
      this.apart(() => {
        this.out.line(`static ${head}`)
        this.body(callback.body, callback.parameters, asked === 'thread', this.resultTypeOf(callback))
      }),
    )
    return name
  }

  /** What was hoisted since the last call. */
  takeHoisted(): string[] {
    const found = this.hoisted
    this.hoisted = []
    return found
  }

  /** Writes with `inside` into a text of its own. */
  apart(inside: () => void): string {
    const before = this.out
    this.out = new PrintedText('\t')
    inside()
    const text = this.out.text().trimEnd()
    this.out = before
    return text
  }

  /** `struct x { … };` from `const X = struct('x', { … })`. */
  structure(name: string, call: ts.CallExpression): string {
    const [title, shape] = call.arguments
    const cName = title !== undefined && ts.isStringLiteralLike(title) ? title.text : name
    this.structs.set(name, cName)
    return this.apart(() => {
      this.out.line(`struct ${cName} {`)
      this.out.indented(() => {
        if (shape === undefined || !ts.isObjectLiteralExpression(shape)) return
        for (const field of shape.properties) {
          const title = field.name?.getText(this.file) ?? ''
          const type = ts.isPropertyAssignment(field)
            ? cFieldType(field.initializer, this.structs)
            : ts.isShorthandPropertyAssignment(field)
              ? cFieldType(field.name, this.structs)
              : ''
          this.noteField(cName, title, type)
          this.out.line(type === '' ? this.left(field) : `${declare(type, title)};`)
        }
      })
      this.out.line('};')
    })
  }

  /** A function, `{` and `}` on lines of their own. */
  functionText(name: string, node: ts.FunctionLikeDeclaration, isStatic: boolean): string {
    return this.apart(() => {
      this.comments(node)
      this.out.line(`${isStatic ? 'static ' : ''}${this.signature(name, node, '')}`)
      if (node.body !== undefined) this.body(node.body, node.parameters, false, this.resultTypeOf(node))
    })
  }

  write(node: ts.Expression): string {
    return this.expressions.write(node)
  }

  /** C type of an expression; empty if it cannot be told. */
  typeOfValue(node: ts.Expression): string {
    return this.expressions.typeOf(node)
  }

  /** `#define NAME value`, with the comment in front of its statement. */
  macro(node: ts.Node, name: string, value: ts.Expression): string {
    return this.apart(() => {
      this.comments(node)
      const text = this.write(value)
      this.out.line(`#define ${name} ${/^[\w()]+$/.test(text) ? text : `(${text})`}`)
    })
  }

  /** A function of the module without parameters around statements. */
  around(head: string, statements: readonly (ts.Node | string)[], last: string): string {
    return this.apart(() => {
      this.out.line(head)
      this.out.line('{')
      this.out.indented(() => {
        for (const each of statements) {
          if (typeof each === 'string') this.out.line(each)
          else this.statement(each)
        }
        if (last !== '') this.out.line(last)
      })
      this.out.line('}')
    })
  }

  /** `struct page *page = alloc_page(GFP_KERNEL);` without the semicolon. */
  declaration(node: ts.VariableDeclaration): string {
    const { name, initializer } = node
    if (!ts.isIdentifier(name)) return this.expressions.unknown(node)
    const written = node.type?.getText(this.file)
    const type =
      (isMask(name.text) ? 'gfp_t' : '') ||
      (written === undefined ? '' : cTypeOf(written, this.structs)) ||
      (initializer === undefined ? '' : this.expressions.typeOf(initializer))
    if (initializer !== undefined && ts.isNewExpression(initializer)) {
      const made = madeBy(initializer.expression.getText(this.file))
      this.note(name.text, made)
      return /^struct [A-Z]/.test(made) ? this.left(node) : declare(made, name.text)
    }
    if (initializer !== undefined && ts.isArrayLiteralExpression(initializer)) {
      const element = type.replace(/\s*\*$/, (star) => star) || 'void **'
      this.note(name.text, element)
      const item = /\*\*$/.test(element) ? element.slice(0, -1) : element.replace(/\*$/, '').trimEnd()
      // pipe() fills in two; of others only a run knows how many.
      const isPipe = new RegExp(`\\bpipe\\(${name.text}\\)`).test(this.file.text)
      const size = initializer.elements.length > 0 ? '' : isPipe ? '2' : 'NR'
      const values = initializer.elements.length === 0 ? '' : ` = ${this.expressions.write(initializer)}`
      return `${declare(item, name.text)}[${size}]${values}`
    }
    const value = initializer === undefined ? '' : ` = ${this.expressions.assigned(initializer, type)}`
    this.note(name.text, type)
    return `${declare(type === '' || type === 'void' ? '__auto_type' : type, name.text)}${value}`
  }

  statement(node: ts.Node): void {
    this.comments(node)
    const { out } = this
    const behind = commentBehind(this.file, node)
    const tail = behind === '' ? '' : ` /* ${behind} */`
    const write = (expression: ts.Expression): string => this.expressions.write(expression)
    if (ts.isExpressionStatement(node)) {
      if (!this.loopMacro(node.expression)) out.line(`${write(node.expression)};${tail}`)
    } else if (ts.isVariableStatement(node)) {
      if ((node.declarationList.flags & ts.NodeFlags.Using) !== 0)
        out.line('/* `using`: dropped at the end of this block; C has to say it there, or with __free() */')
      for (const each of node.declarationList.declarations)
        if (ts.isObjectBindingPattern(each.name)) this.members(each.name, each.initializer)
        else out.line(`${this.declaration(each)};${tail}`)
    } else if (ts.isReturnStatement(node)) {
      out.line(`${this.returned(node)};${tail}`)
    } else if (ts.isIfStatement(node)) {
      this.if(node, '')
    } else if (ts.isBlock(node)) {
      this.block(node.statements)
    } else if (ts.isForStatement(node)) {
      this.scoped(() => {
        const { initializer, condition, incrementor } = node
        const first =
          initializer === undefined
            ? ''
            : ts.isVariableDeclarationList(initializer)
              ? initializer.declarations.map((each) => this.declaration(each)).join(', ')
              : write(initializer)
        const parts = [first, condition, incrementor].map((each) =>
          each === undefined ? '' : typeof each === 'string' ? each : ` ${write(each)}`,
        )
        out.line(`for (${parts.join(';')})${this.opens(node.statement)}`)
        this.branch(node.statement)
      })
    } else if (ts.isWhileStatement(node)) {
      out.line(`while (${write(node.expression)})${this.opens(node.statement)}`)
      this.branch(node.statement)
    } else if (ts.isDoStatement(node)) {
      out.line(`do${this.opens(node.statement)}`)
      this.branch(node.statement)
      out.line(`while (${write(node.expression)});`)
    } else if (ts.isForOfStatement(node)) {
      this.forOf(node)
    } else if (ts.isBreakStatement(node)) {
      out.line('break;')
    } else if (ts.isContinueStatement(node)) {
      out.line('continue;')
    } else if (ts.isSwitchStatement(node)) {
      this.switch(node)
    } else if (ts.isFunctionDeclaration(node)) {
      // C has no functions inside functions.
      this.hoisted.push(this.functionText(node.name?.text ?? 'inner', node, true))
    } else if (ts.isTryStatement(node) && node.catchClause === undefined) {
      out.line('/* try … finally: C reaches the last part with goto out */')
      this.block(node.tryBlock.statements)
      out.line('/* out: */')
      if (node.finallyBlock !== undefined) this.block(node.finallyBlock.statements)
    } else if (node.kind !== ts.SyntaxKind.EmptyStatement) {
      out.line(this.left(node))
    }
  }

  /** What a callback returns to a loop macro says how the loop goes on; C says that itself. */
  private returned({ expression }: ts.ReturnStatement): string {
    if (this.inLoop) return expression?.kind === ts.SyntaxKind.FalseKeyword ? 'break' : 'continue'
    return expression === undefined ? 'return' : `return ${this.expressions.assigned(expression, this.result)}`
  }

  /** `const { page, lru } = entry`: a variable for each member. */
  private members(pattern: ts.ObjectBindingPattern, from: ts.Expression | undefined): void {
    if (from === undefined) return
    const base = this.expressions.write(from)
    const type = this.expressions.typeOf(from)
    for (const each of pattern.elements) {
      const name = each.name.getText(this.file)
      const member = each.propertyName?.getText(this.file) ?? name
      const made = this.fieldType(/^struct (\w+)/.exec(type)?.[1] ?? '', member)
      this.note(name, made)
      const sign = type === '' || type.endsWith('*') ? '->' : '.'
      this.out.line(`${declare(made || '__auto_type', name)} = ${base}${sign}${member};`)
    }
  }

  comments(node: ts.Node): void {
    for (const lines of commentsBefore(this.file, node)) {
      if (lines.length === 1) this.out.line(`/* ${lines[0] ?? ''} */`)
      else {
        this.out.line('/*')
        for (const line of lines) if (line !== '' || line !== lines.at(-1)) this.out.line(` * ${line}`.trimEnd())
        this.out.line(' */')
      }
    }
  }

  private left(node: ts.Node): string {
    return `/* not in C: ${asWritten(node, this.file)} */`
  }

  private signature(name: string, node: ts.FunctionLikeDeclaration, forced: string): string {
    const parameters = node.parameters.map((each) => declare(this.parameterType(each), each.name.getText(this.file)))
    const result = forced || this.resultTypeOf(node)
    this.noteFunction(name, result)
    if (forced === 'int') return `int ${name}(void *data)`
    return `${declare(result, name)}(${parameters.length === 0 ? 'void' : parameters.join(', ')})`
  }

  private parameterType({ name, type }: ts.ParameterDeclaration): string {
    if (isMask(name.getText(this.file))) return 'gfp_t'
    return cTypeOf(type?.getText(this.file) ?? '', this.structs) || 'void *'
  }

  /** C type of what a function gives, as declared, else by its `return`s. */
  resultTypeOf(node: ts.FunctionLikeDeclaration): string {
    if (node.type === undefined) return this.resultOf(node)
    return cTypeOf(node.type.getText(this.file), this.structs) || 'void *'
  }

  /** `void` unless something is returned. */
  private resultOf(node: ts.FunctionLikeDeclaration): string {
    const { body } = node
    if (body === undefined) return 'void'
    if (!ts.isBlock(body)) return this.inScopeOf(node.parameters, () => this.expressions.typeOf(body)) || 'void'
    let found = 'void'
    const visit = (each: ts.Node): void => {
      if (ts.isFunctionLike(each)) return
      if (ts.isReturnStatement(each) && each.expression !== undefined && found === 'void')
        found = this.expressions.typeOf(each.expression) || 'int'
      each.forEachChild(visit)
    }
    body.forEachChild(visit)
    return found
  }

  private inScopeOf<T>(parameters: readonly ts.ParameterDeclaration[], inside: () => T): T {
    return this.scoped(() => {
      for (const each of parameters) {
        this.note(each.name.getText(this.file), this.parameterType(each))
      }
      return inside()
    })
  }

  private body(
    node: ts.ConciseBody,
    parameters: readonly ts.ParameterDeclaration[],
    isThread: boolean,
    result: string,
  ): void {
    const before = { inLoop: this.inLoop, result: this.result }
    this.inLoop = false
    this.result = result
    this.inScopeOf(parameters, () => {
      this.out.line('{')
      this.out.indented(() => {
        if (ts.isBlock(node)) for (const each of node.statements) this.statement(each)
        else {
          const text = this.expressions.write(node)
          this.out.line(result === 'void' || isThread ? `${text};` : `return ${text};`)
        }
        if (isThread) this.out.line('return 0;')
      })
      this.out.line('}')
    })
    Object.assign(this, before)
  }

  private block(statements: readonly ts.Statement[]): void {
    this.out.line('{')
    this.inner(statements)
    this.out.line('}')
  }

  private inner(statements: readonly ts.Statement[]): void {
    this.scoped(() => this.out.indented(() => statements.forEach((each) => this.statement(each))))
  }

  /** `before`: what stands in front of the `if` on its line: `else `, `} else `. */
  private if(node: ts.IfStatement, before: string): void {
    const { thenStatement, elseStatement } = node
    const braces = ts.isBlock(thenStatement)
    this.out.line(`${before}if (${this.expressions.write(node.expression)})${this.opens(thenStatement)}`)
    if (braces) this.inner(thenStatement.statements)
    else this.out.indented(() => this.statement(thenStatement))
    const close = braces ? '} ' : ''
    if (elseStatement === undefined) {
      if (braces) this.out.line('}')
    } else if (ts.isIfStatement(elseStatement)) {
      this.if(elseStatement, `${close}else `)
    } else {
      this.out.line(`${close}else${this.opens(elseStatement)}`)
      this.branch(elseStatement)
    }
  }

  private opens(node: ts.Statement): string {
    return ts.isBlock(node) ? ' {' : ''
  }

  /** The statements of a branch whose brace is open, or the one statement. */
  private branch(node: ts.Statement): void {
    if (ts.isBlock(node)) {
      this.inner(node.statements)
      this.out.line('}')
    } else {
      this.out.indented(() => this.statement(node))
    }
  }

  private forOf(node: ts.ForOfStatement): void {
    const name = ts.isVariableDeclarationList(node.initializer)
      ? (node.initializer.declarations[0]?.name.getText(this.file) ?? 'each')
      : node.initializer.getText(this.file)
    const list = this.expressions.write(node.expression)
    if (!/^[\w.>-]+$/.test(list) || !/^\w+$/.test(name)) {
      this.out.line(`/* for each of ${asWritten(node.expression, this.file)}, as ${name}: */`)
      this.block(ts.isBlock(node.statement) ? node.statement.statements : [node.statement])
      return
    }
    this.scoped(() => {
      const element = this.typeOf(list).replace(/\*$/, '').trimEnd()
      this.note(name, element)
      this.out.line(`for (int i = 0; i < ARRAY_SIZE(${list}); i++) {`)
      this.out.indented(() => {
        this.out.line(`${declare(element || '__auto_type', name)} = ${list}[i];`)
        const body = ts.isBlock(node.statement) ? node.statement.statements : [node.statement]
        body.forEach((each) => this.statement(each))
      })
      this.out.line('}')
    })
  }

  private switch(node: ts.SwitchStatement): void {
    this.out.line(`switch (${this.expressions.write(node.expression)}) {`)
    for (const clause of node.caseBlock.clauses) {
      this.out.line(ts.isCaseClause(clause) ? `case ${this.expressions.write(clause.expression)}:` : 'default:')
      this.inner(clause.statements)
    }
    this.out.line('}')
  }

  /** `for_each_sg(sgl, n, (sg, i) => …)`: a macro with a body in C. Answers whether it was one. */
  private loopMacro(node: ts.Expression): boolean {
    if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return false
    const macro = node.expression.text
    const callback = node.arguments.at(-1)
    if (!/^(for_each_sg|list_for_each_entry)/.test(macro) || callback === undefined) return false
    if (!ts.isArrowFunction(callback)) return false
    const given = callback.parameters.map((each) => each.name.getText(this.file))
    const [list, ...rest] = node.arguments.slice(0, -1)
    const head = list === undefined ? '' : this.expressions.argument(list, macro)
    const ofList = macro.startsWith('list_')
    const [type, member] = rest
    const name = given[0] ?? (ofList ? 'entry' : 'sg')
    const element = ofList
      ? `struct ${this.structs.get(type?.getText(this.file) ?? '') ?? 'unknown'} *`
      : 'struct scatterlist *'
    const index = given[1] ?? 'i'
    const others = rest.map((each) => this.expressions.write(each))
    const field = member !== undefined && ts.isStringLiteralLike(member) ? member.text : 'entry'
    const inside = ofList ? [name, head, field] : [head, name, ...others, index]
    this.out.line('{')
    this.scoped(() => {
      this.out.indented(() => {
        this.note(name, element)
        this.out.line(`${element}${name};`)
        if (!ofList) this.out.line(`int ${index};`)
        this.out.line()
        this.out.line(`${macro}(${inside.join(', ')}) {`)
        const { body } = callback
        const before = this.inLoop
        this.inLoop = true
        if (ts.isBlock(body)) this.inner(body.statements)
        else this.out.indented(() => this.out.line(`${this.expressions.write(body)};`))
        this.inLoop = before
        this.out.line('}')
      })
    })
    this.out.line('}')
    return true
  }
}

/** By its name: a mask of GFP flags. */
function isMask(name: string): boolean {
  return /^gfp(_?flags|_?mask)?$/.test(name)
}
