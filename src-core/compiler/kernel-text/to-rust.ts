/**
 * A snippet as it would be typed in a kernel tree, in Rust: `use` lines, functions, structs with their traits, and its
 * top level as the module's `init`. Made from the syntax alone, to be read beside the snippet: the borrow checker has
 * not seen it. What Rust would say otherwise is kept as a comment.
 */
import ts from 'typescript'
import { declared } from './declared.ts'
import { withoutModuleNames } from './module-names.ts'
import { asWritten, commentsBefore, PrintedText } from './printed-text.ts'
import { RustExpressions } from './rust-expressions.ts'
import { rustTypeOf } from './rust-types.ts'

export function toRust(path: string, text: string): string {
  const plain = withoutModuleNames(path, text)
  const file = ts.createSourceFile(path, plain, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS)
  return new RustText(file, path).text()
}

class RustText {
  private out = new PrintedText('    ')
  private readonly expressions: RustExpressions

  constructor(
    private readonly file: ts.SourceFile,
    private readonly path: string,
  ) {
    this.expressions = new RustExpressions(file, (statements) => this.apart(statements))
  }

  text(): string {
    const [first] = this.file.statements
    if (first !== undefined) for (const lines of commentsBefore(this.file, first)) this.doc(lines, '//!')
    this.out.gap()
    this.uses()
    this.out.gap()
    const inits: ts.Statement[] = []
    for (const each of this.file.statements) if (!this.item(each)) inits.push(each)
    if (inits.length > 0) this.module(inits)
    return this.out.text()
  }

  private uses(): void {
    /** Names by the path of their module. */
    const used = new Map<string, Set<string>>()
    const strange = new Set<string>()
    for (const node of this.file.statements) {
      if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) continue
      const from = node.moduleSpecifier.text
      const bindings = node.importClause?.namedBindings
      const elements = bindings !== undefined && ts.isNamedImports(bindings) ? [...bindings.elements] : []
      const names = elements.map((each) => each.name.text)
      for (const name of names) {
        const module = from === 'kernel' ? (declared(name)?.module ?? 'kernel') : from
        const path = module.startsWith('.') ? `crate::${fileModule(module)}` : module.replaceAll('/', '::')
        if (module.startsWith('kernel') || module.startsWith('.'))
          used.set(path, (used.get(path) ?? new Set()).add(name))
        else if (module.startsWith('thread/'))
          strange.add(`// ${name}: a sketch from the mailing list, no kernel has it`)
        else if (module === 'sim') strange.add(`// ${name}: the simulator's own, no kernel has it`)
      }
    }
    for (const line of [...strange].sort()) this.out.line(line)
    for (const path of [...used.keys()].sort()) {
      const names = [...(used.get(path) ?? [])].sort()
      this.out.line(`use ${path}::${names.length === 1 ? names[0] : `{${names.join(', ')}}`};`)
    }
    this.out.line('use kernel::prelude::*;')
  }

  /** A function, a class, a type. Answers whether it was one. */
  private item(node: ts.Statement): boolean {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return true
    if (ts.isFunctionDeclaration(node)) {
      this.function(node.name?.text ?? 'anonymous', node)
      return true
    }
    if (ts.isClassDeclaration(node)) {
      this.class(node)
      return true
    }
    if (ts.isTypeAliasDeclaration(node)) {
      this.out.gap()
      this.out.line(`type ${node.name.text} = ${rustTypeOf(node.type.getText(this.file))};`)
      return true
    }
    if (ts.isVariableStatement(node) && this.constant(node)) return true
    if (ts.isInterfaceDeclaration(node)) {
      this.out.line(`// not in Rust: ${asWritten(node, this.file)}`)
      return true
    }
    return false
  }

  /** `const SIZE = 4096` of the top level. Answers whether it was one. */
  private constant(node: ts.VariableStatement): boolean {
    const [each, more] = node.declarationList.declarations
    const value = each?.initializer
    if (each === undefined || more !== undefined || value === undefined) return false
    const name = each.name.getText(this.file)
    if (!/^[A-Z][A-Z0-9_]*$/.test(name) || !(ts.isNumericLiteral(value) || ts.isBigIntLiteral(value))) return false
    const type = ts.isBigIntLiteral(value) ? 'u64' : 'usize'
    this.out.line(`const ${name}: ${type} = ${this.expressions.write(value)};`)
    return true
  }

  private module(statements: readonly ts.Statement[]): void {
    const name = fileModule(this.path)
    const type = name.replaceAll(/(?:^|_)([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase())
    this.out.gap()
    this.out.line('module! {')
    this.out.indented(() => {
      this.out.line(`type: ${type},`)
      this.out.line(`name: "${name}",`)
      this.out.line('license: "GPL",')
    })
    this.out.line('}')
    this.out.gap()
    this.out.line(`struct ${type};`)
    this.out.gap()
    this.out.line(`impl kernel::Module for ${type} {`)
    this.out.indented(() => {
      this.out.line("fn init(_module: &'static ThisModule) -> Result<Self> {")
      this.out.indented(() => {
        for (const each of statements) this.statement(each)
        this.out.line(`Ok(${type})`)
      })
      this.out.line('}')
    })
    this.out.line('}')
  }

  private function(name: string, node: ts.FunctionLikeDeclaration, self = ''): void {
    this.out.gap()
    for (const lines of commentsBefore(this.file, node)) this.doc(lines, '///')
    const parameters = node.parameters.map(
      (each) => `${each.name.getText(this.file)}: ${rustTypeOf(each.type?.getText(this.file) ?? '')}`,
    )
    const written = node.type === undefined ? '' : rustTypeOf(node.type.getText(this.file))
    const gives = written === '' || written === '()' ? '' : ` -> ${written}`
    const all = self === '' ? parameters : [self, ...parameters]
    const { body } = node
    const isBlock = body !== undefined && ts.isBlock(body)
    const lines = isBlock ? this.apart(body.statements) : body === undefined ? [] : [this.expressions.write(body)]
    const fails = lines.some((line) => /\)\?|^\s*return (Err|-E[A-Z]+;)/.test(line))
    // A function that gives 0 or an errno gives nothing else.
    const givesZero =
      fails && lines.every((line) => !/^\s*return /.test(line) || /^\s*return (0|-E[A-Z]+|Err.*);$/.test(line))
    const result = !fails ? gives : gives === '' || givesZero ? ' -> Result' : ` -> Result<${written}>`
    this.out.line(`fn ${name}(${all.join(', ')})${result} {`)
    this.out.indented(() => {
      for (const line of lines) this.out.line(fails ? asResult(line, givesZero) : line)
      if (fails && gives === '') this.out.line('Ok(())')
    })
    this.out.line('}')
  }

  /** `class Fw implements Ownable { static release(self) }` → a struct and `impl Ownable for Fw`. */
  private class(node: ts.ClassDeclaration): void {
    const name = node.name?.text ?? 'Unnamed'
    const fields = node.members.filter(ts.isPropertyDeclaration)
    const methods = node.members.filter(ts.isMethodDeclaration)
    const traits = (node.heritageClauses ?? []).flatMap((each) => each.types.map((type) => type.getText(this.file)))
    this.out.gap()
    for (const lines of commentsBefore(this.file, node)) this.doc(lines, '///')
    this.out.line(fields.length === 0 ? `struct ${name};` : `struct ${name} {`)
    if (fields.length > 0) {
      this.out.indented(() => {
        for (const each of fields)
          this.out.line(`${each.name.getText(this.file)}: ${rustTypeOf(each.type?.getText(this.file) ?? '')},`)
      })
      this.out.line('}')
    }
    if (methods.length === 0) return
    this.out.gap()
    this.out.line(traits[0] === undefined ? `impl ${name} {` : `unsafe impl ${traits[0]} for ${name} {`)
    this.out.indented(() => {
      for (const each of methods) {
        const isStatic = each.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword) ?? false
        this.function(each.name.getText(this.file), each, isStatic ? '' : '&self')
      }
    })
    this.out.line('}')
  }

  private apart(statements: readonly ts.Statement[]): string[] {
    const before = this.out
    this.out = new PrintedText('    ')
    for (const each of statements) this.statement(each)
    const lines = this.out.text().trimEnd().split('\n')
    this.out = before
    return lines
  }

  private statement(node: ts.Statement): void {
    const { out } = this
    for (const lines of this.file.statements[0] === node ? [] : commentsBefore(this.file, node)) this.doc(lines, '//')
    const write = (expression: ts.Expression): string => this.expressions.write(expression)
    if (ts.isExpressionStatement(node)) this.lines(`${write(node.expression)};`)
    else if (ts.isVariableStatement(node)) for (const each of node.declarationList.declarations) this.let(each, node)
    else if (ts.isReturnStatement(node))
      this.lines(node.expression === undefined ? 'return;' : `return ${write(node.expression)};`)
    else if (ts.isThrowStatement(node)) this.lines(`return Err(${write(node.expression)});`)
    else if (ts.isIfStatement(node)) this.if(node, '')
    else if (ts.isBlock(node)) this.braces('', node)
    else if (ts.isWhileStatement(node)) this.braces(`while ${write(node.expression)} `, node.statement)
    else if (ts.isForOfStatement(node)) this.forOf(node)
    else if (ts.isForStatement(node)) this.for(node)
    else if (ts.isBreakStatement(node)) out.line('break;')
    else if (ts.isContinueStatement(node)) out.line('continue;')
    else if (ts.isFunctionDeclaration(node)) this.function(node.name?.text ?? 'inner', node)
    else if (ts.isTryStatement(node)) {
      out.line('// try: in Rust the `?` of each call, or a match of its Result')
      this.braces('', node.tryBlock)
      if (node.catchClause !== undefined) {
        out.line('// on an error:')
        this.braces('', node.catchClause.block)
      }
      if (node.finallyBlock !== undefined) this.braces('', node.finallyBlock)
    } else if (node.kind !== ts.SyntaxKind.EmptyStatement) out.line(`// not in Rust: ${asWritten(node, this.file)}`)
  }

  private let(node: ts.VariableDeclaration, within: ts.VariableStatement): void {
    const isLet = (within.declarationList.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Let
    const { name, initializer } = node
    if (ts.isObjectBindingPattern(name)) {
      const base = initializer === undefined ? '' : this.expressions.write(initializer)
      for (const each of name.elements)
        this.lines(`let ${each.name.getText(this.file)} = ${base}.${each.name.getText(this.file)};`)
      return
    }
    const value = initializer === undefined ? '' : ` = ${this.expressions.write(initializer)}`
    const isList = initializer !== undefined && ts.isArrayLiteralExpression(initializer)
    const made = isList && initializer.elements.length === 0 ? ' = KVec::new()' : value
    this.lines(`let ${isLet || isList ? 'mut ' : ''}${name.getText(this.file)}${made};`)
  }

  private if(node: ts.IfStatement, before: string): void {
    this.out.line(`${before}if ${this.expressions.write(node.expression)} {`)
    this.inside(node.thenStatement)
    const { elseStatement } = node
    if (elseStatement === undefined) this.out.line('}')
    else if (ts.isIfStatement(elseStatement)) this.if(elseStatement, '} else ')
    else {
      this.out.line('} else {')
      this.inside(elseStatement)
      this.out.line('}')
    }
  }

  private forOf(node: ts.ForOfStatement): void {
    const list = this.expressions.write(node.expression)
    const name = ts.isVariableDeclarationList(node.initializer) ? node.initializer.declarations[0]?.name : undefined
    if (name === undefined || !ts.isObjectBindingPattern(name)) {
      const written = (name ?? node.initializer).getText(this.file).replaceAll('[', '(').replaceAll(']', ')')
      this.braces(`for ${written} in ${list} `, node.statement)
      return
    }
    this.out.line(`for each in ${list} {`)
    this.out.indented(() => {
      for (const { name: field } of name.elements)
        this.out.line(`let ${field.getText(this.file)} = each.${field.getText(this.file)}();`)
    })
    this.inside(node.statement)
    this.out.line('}')
  }

  /** `for (let i = a; i < b; i++)` is a range; other heads become a loop. */
  private for(node: ts.ForStatement): void {
    const head = /^let (\w+) = (.+); \1 < (.+); \1\+\+$/.exec(
      [node.initializer, node.condition, node.incrementor].map((each) => each?.getText(this.file) ?? '').join('; '),
    )
    if (head !== null && node.condition !== undefined && ts.isBinaryExpression(node.condition)) {
      const to = this.expressions.write(node.condition.right)
      this.braces(`for ${head[1] ?? 'i'} in ${(head[2] ?? '0').replace(/^(\d+)n$/, '$1')}..${to} `, node.statement)
      return
    }
    if (node.initializer === undefined && node.condition === undefined) {
      this.braces('loop ', node.statement)
      return
    }
    this.out.line(`// not a range in Rust: for (${node.initializer?.getText(this.file) ?? ''}; …)`)
    const { condition } = node
    this.braces(condition === undefined ? 'loop ' : `while ${this.expressions.write(condition)} `, node.statement)
  }

  private braces(head: string, body: ts.Statement): void {
    this.out.line(`${head}{`)
    this.inside(body)
    this.out.line('}')
  }

  private inside(body: ts.Statement): void {
    this.out.indented(() => {
      if (ts.isBlock(body)) for (const each of body.statements) this.statement(each)
      else this.statement(body)
    })
  }

  private lines(text: string): void {
    for (const line of text.split('\n')) this.out.line(line)
  }

  private doc(lines: readonly string[], sign: string): void {
    for (const line of lines) this.out.line(`${sign} ${line}`.trimEnd())
  }
}

/** A `return` of a function that gives a `Result`: `-EINVAL` is its error. */
function asResult(line: string, givesZero: boolean): string {
  return line
    .replace(/^(\s*)return -(E[A-Z]+);$/, '$1return Err($2);')
    .replace(/^(\s*)return (?!Err)(.*);$/, givesZero ? '$1return Ok(());' : '$1return Ok($2);')
}

function fileModule(path: string): string {
  return (path.split('/').at(-1) ?? 'driver').replace(/\.ts$/, '').replaceAll(/\W+/g, '_')
}
