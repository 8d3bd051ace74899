/**
 * Numbers that src-core gives a name are written into the code where they are used: `Op.kfree` becomes 46,
 * `PG_RESERVED` 8192. V8 does not do that for what a module exports: it loads the table, checks its shape and the
 * number's representation at each use, in the loops that the simulator is measured by.
 *
 * A name is replaced if it is bound once in its file: a `const` of the module's top level with a number known when it
 * is built, or an import of one, or a member of a table of such numbers: `{ … } as const`, or `numbered(TABLE)` of rows
 * in the same file. Types, shorthand properties and exports stay as they are, and lines stay where they are.
 *
 * Other constants and classes of a module's top level are `const` in the bundle, where Vite would make them `var`: V8
 * takes the value of a `const` for granted, and loads and checks that of a `var` at each use.
 */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseSync, type Plugin } from 'vite'

type Node = { readonly type: string; readonly start: number; readonly end: number } & Record<string, unknown>
type Constant = number | ReadonlyMap<string, number>
/** What a name stands for here; undefined = not known when the program is built. */
type Lookup = (name: string) => Constant | undefined

/** `root`: the folder whose modules are looked at. */
export function inlineConstants(root: string): Plugin {
  const files = new Map<string, ModuleConstants>()
  return {
    name: 'pageward:inline-constants',
    apply: 'build',
    enforce: 'pre',
    outputOptions(options) {
      return { ...options, topLevelVar: false }
    },
    renderChunk(code) {
      return { code: code.replace(/^var (\w+) = class\b/gm, 'const $1 = class'), map: null }
    },
    buildStart() {
      files.clear()
    },
    transform(code, id) {
      if (!id.startsWith(root) || !id.endsWith('.ts')) return null
      const edits = moduleAt(id, files, code).edits()
      // From the last to the first: an edit does not move those before it.
      const changed = edits
        .sort((a, b) => b.start - a.start)
        .reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), code)
      return edits.length === 0 ? null : { code: changed, map: null }
    },
  }
}

function moduleAt(path: string, files: Map<string, ModuleConstants>, code?: string): ModuleConstants {
  const known = files.get(path)
  if (known !== undefined && (code === undefined || known.code === code)) return known
  const module = new ModuleConstants(path, code ?? readFileSync(path, 'utf8'), files)
  files.set(path, module)
  return module
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The constants that a module's top level declares or imports. Each is worked out when it is first asked for. */
class ModuleConstants {
  private readonly program: Node
  private readonly declared = new Map<string, Node>()
  private readonly imported = new Map<string, { readonly path: string; readonly name: string }>()
  private readonly exported = new Set<string>()
  private readonly values = new Map<string, Constant | undefined>()

  constructor(
    path: string,
    readonly code: string,
    private readonly files: Map<string, ModuleConstants>,
  ) {
    const { program, errors } = parseSync(path, code)
    if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`)
    this.program = program as unknown as Node
    for (const statement of this.program['body'] as Node[]) {
      const isExport = statement.type === 'ExportNamedDeclaration'
      if (statement.type === 'ImportDeclaration') this.addImports(statement, dirname(path))
      else this.addDeclarations((isExport ? statement['declaration'] : statement) as Node | null, isExport)
    }
  }

  private addImports(statement: Node, folder: string): void {
    const source = (statement['source'] as { value: string }).value
    if (statement['importKind'] === 'type' || !/^\..*\.ts$/.test(source)) return
    for (const specifier of statement['specifiers'] as Node[]) {
      if (specifier.type !== 'ImportSpecifier') continue
      const { name } = specifier['imported'] as { name: string }
      this.imported.set((specifier['local'] as { name: string }).name, { path: resolve(folder, source), name })
    }
  }

  private addDeclarations(statement: Node | null, isExport: boolean): void {
    if (statement?.type !== 'VariableDeclaration' || statement['kind'] !== 'const') return
    for (const { id, init } of statement['declarations'] as { id: Node; init: Node | null }[]) {
      if (init === null || id.type !== 'Identifier') continue
      this.declared.set(id['name'] as string, init)
      if (isExport) this.exported.add(id['name'] as string)
    }
  }

  private readonly valueOf: Lookup = (name) => {
    if (this.values.has(name)) return this.values.get(name)
    // What needs itself is no constant.
    this.values.set(name, undefined)
    const from = this.imported.get(name)
    const init = this.declared.get(name)
    const value =
      from !== undefined
        ? moduleAt(from.path, this.files).exportOf(from.name)
        : init === undefined
          ? undefined
          : (this.numbered(init) ?? constantOf(init, this.valueOf))
    this.values.set(name, value)
    return value
  }

  private exportOf(name: string): Constant | undefined {
    return this.exported.has(name) ? this.valueOf(name) : undefined
  }

  /** The table that a call of src-core/base/numbered.ts makes of rows in this file. */
  private numbered(node: Node): Constant | undefined {
    const [rows] = (node['arguments'] ?? []) as Node[]
    const isCall = node.type === 'CallExpression' && (node['callee'] as Node)['name'] === 'numbered'
    const table = isCall && rows?.type === 'Identifier' ? this.declared.get(rows['name'] as string) : undefined
    if (table === undefined) return undefined
    const names = (unwrapped(table)['elements'] as Node[]).map((row) => (row['elements'] as Node[])[0]!['value'])
    return new Map(names.map((name, place) => [name as string, place]))
  }

  /** What has to be replaced in the module's text. */
  edits(): Edit[] {
    const edits: Edit[] = []
    const bound = new Map<string, number>()
    for (const name of bindingsIn(this.program)) bound.set(name, (bound.get(name) ?? 0) + 1)
    const lookup: Lookup = (name) => (bound.get(name) === 1 ? this.valueOf(name) : undefined)
    visit(this.program, (node, parent, key) => {
      if (node.type.startsWith('TS') && !ONLY_TYPED.test(node.type)) return false
      if (node.type.startsWith('Import') || node.type === 'ExportSpecifier') return false
      const value =
        node.type === 'MemberExpression' || (node.type === 'Identifier' && isUse(parent, key))
          ? numberOf(node, lookup)
          : undefined
      if (value === undefined) return true
      edits.push({ start: node.start, end: node.end, text: value < 0 ? `(${value})` : `${value}` })
      return false
    })
    return edits
  }
}

/** Expressions around another one that are there for the types. */
const ONLY_TYPED = /^TS(As|Satisfies|NonNull)Expression$/

function unwrapped(node: Node): Node {
  const isWrapper = ONLY_TYPED.test(node.type) || node.type === 'ParenthesizedExpression'
  return isWrapper ? unwrapped(node['expression'] as Node) : node
}

/** The number or table of numbers that an expression always is. */
function constantOf(node: Node, lookup: Lookup): Constant | undefined {
  const inner = unwrapped(node)
  if (inner.type !== 'ObjectExpression') return numberOf(inner, lookup)
  const table = new Map<string, number>()
  for (const property of inner['properties'] as Node[]) {
    const key = property['key'] as Node | undefined
    if (property.type !== 'Property' || property['computed'] === true || key?.type !== 'Identifier') return undefined
    const value = numberOf(unwrapped(property['value'] as Node), lookup)
    if (value === undefined) return undefined
    table.set(key['name'] as string, value)
  }
  // Only `as const` says that nobody writes to it.
  return node.type === 'TSAsExpression' ? table : undefined
}

function numberOf(node: Node, lookup: Lookup): number | undefined {
  const part = (name: string): number | undefined => numberOf(unwrapped(node[name] as Node), lookup)
  switch (node.type) {
    case 'Literal':
      return typeof node['value'] === 'number' ? node['value'] : undefined
    case 'Identifier': {
      const value = lookup(node['name'] as string)
      return typeof value === 'number' ? value : undefined
    }
    case 'MemberExpression': {
      const [object, property] = [node['object'] as Node, node['property'] as Node]
      if (node['computed'] === true || object.type !== 'Identifier' || property.type !== 'Identifier') return undefined
      const table = lookup(object['name'] as string)
      return typeof table === 'object' ? table.get(property['name'] as string) : undefined
    }
    case 'UnaryExpression': {
      const value = part('argument')
      return value === undefined ? undefined : UNARY[node['operator'] as string]?.(value)
    }
    case 'BinaryExpression': {
      const [left, right] = [part('left'), part('right')]
      return left === undefined || right === undefined ? undefined : BINARY[node['operator'] as string]?.(left, right)
    }
    default:
      return undefined
  }
}

const UNARY: Record<string, (a: number) => number> = { '-': (a) => -a, '~': (a) => ~a, '+': (a) => a }
const BINARY: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '**': (a, b) => a ** b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
  '|': (a, b) => a | b,
  '&': (a, b) => a & b,
  '^': (a, b) => a ^ b,
}

/** True if an identifier in this place of its parent is read: no name of a property, no binding. */
function isUse(parent: Node, key: string): boolean {
  switch (parent.type) {
    case 'MemberExpression':
      return key === 'object' || parent['computed'] === true
    case 'Property':
      return key === 'value' && parent['shorthand'] !== true
    case 'PropertyDefinition':
    case 'AccessorProperty':
    case 'MethodDefinition':
      return key === 'value' || parent['computed'] === true
    case 'VariableDeclarator':
      return key === 'init'
    case 'AssignmentPattern':
      return key === 'right'
    case 'ArrowFunctionExpression':
      return key === 'body'
    default:
      return !/^(Function|Class|Labeled|Break|Continue|Catch|RestElement|ArrayPattern)/.test(parent.type)
  }
}

/** Every name that the file binds anywhere, as often as it is bound. */
function bindingsIn(program: Node): string[] {
  const names: string[] = []
  const bind = (pattern: Node | null | undefined): void => {
    switch (pattern?.type) {
      case 'Identifier':
        names.push(pattern['name'] as string)
        break
      case 'AssignmentPattern':
        bind(pattern['left'] as Node)
        break
      case 'RestElement':
        bind(pattern['argument'] as Node)
        break
      case 'TSParameterProperty':
        bind(pattern['parameter'] as Node)
        break
      case 'ArrayPattern':
        for (const element of pattern['elements'] as (Node | null)[]) bind(element)
        break
      case 'ObjectPattern':
        for (const property of pattern['properties'] as Node[])
          bind(property.type === 'Property' ? (property['value'] as Node) : property)
        break
    }
  }
  visit(program, (node) => {
    if (node.type === 'VariableDeclarator' || /^(Function|Class)/.test(node.type)) bind(node['id'] as Node | null)
    if (/Function/.test(node.type)) for (const parameter of (node['params'] ?? []) as Node[]) bind(parameter)
    if (node.type === 'CatchClause') bind(node['param'] as Node | null)
    if (/^Import.*Specifier$/.test(node.type)) bind(node['local'] as Node)
    return !node.type.startsWith('TSType')
  })
  return names
}

type Enter = (node: Node, parent: Node, key: string) => boolean

/** Walks a tree; `enter` says whether to go on below a node. */
function visit(node: Node, enter: Enter, parent: Node = node, key = ''): void {
  if (!enter(node, parent, key)) return
  for (const name in node) {
    const child = node[name]
    if (typeof child !== 'object' || child === null) continue
    for (const item of (Array.isArray(child) ? child : [child]) as (Node | null)[]) {
      if (typeof item?.type === 'string') visit(item, enter, node, name)
    }
  }
}
