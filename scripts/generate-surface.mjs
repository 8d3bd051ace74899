/**
 * `npm run generate`: makes src-core/surface/generated from the surface's own modules: the index that the compiler
 * reads and the declarations with doc comments that editors show. There is no second, hand-written list.
 * With `--check` nothing is written; exit 1 says that the generated files are stale.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import ts from 'typescript'
import { at } from './paths.mjs'

const ROOT = 'src-core/surface'
const HANDLES = [
  'handles/pointer.ts',
  'handles/page.ts',
  'handles/cache.ts',
  'handles/struct-type.ts',
  'handles/objects.ts',
  'handles/cells.ts',
  'handles/page-state.ts',
  'handles/ownable.ts',
  'handles/rust-page.ts',
  'handles/rust-owners.ts',
  'handles/rust-alloc.ts',
  'handles/rust-dma.ts',
  'handles/rust-mm.ts',
  'handles/rust-folio.ts',
  'handles/scatterlist.ts',
  'handles/device.ts',
  'handles/gpu-table.ts',
  'handles/user-memory.ts',
  'handles/lesson-run.ts',
  'handles/list.ts',
  'handles/lru.ts',
  'handles/shrinker.ts',
  'handles/work.ts',
]
const TYPES_MODULE = 'pageward:types'
/** Structs whose storage a program may declare as a plain `{}`, which their init function makes one of them. */
const STORAGE = new Set([
  'mutex',
  'spinlock_t',
  'rw_semaphore',
  'completion',
  'wait_queue_head_t',
  'rcu_head',
  'work_struct',
  'delayed_work',
  'list_lru',
  'atomic_t',
])
/** Kinds by property of what a module's factory returns. */
const KINDS = { steps: 'step', suspending: 'suspending', pure: 'pure', values: 'value' }

/** @param {string} file */
function parse(file) {
  return ts.createSourceFile(file, readFileSync(at(ROOT, file), 'utf8'), ts.ScriptTarget.ES2022, true)
}

/** Entries of the SURFACE table. @returns {{ module: string, file: string, separate: boolean }[]} */
function surfaceTable() {
  /** @type {{ module: string, file: string, separate: boolean }[]} */
  const entries = []
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isObjectLiteralExpression(node)) {
      const text = (/** @type {string} */ name) => {
        const found = node.properties.find((p) => p.name?.getText() === name)
        return found && ts.isPropertyAssignment(found) && ts.isStringLiteral(found.initializer)
          ? found.initializer.text
          : null
      }
      const module = text('module')
      const file = text('file')
      const separate = node.properties.some((p) => p.name?.getText() === 'separate')
      if (module !== null && file !== null) entries.push({ module, file, separate })
    }
    ts.forEachChild(node, visit)
  }
  visit(parse('modules.ts'))
  return entries
}

/** The names of functions that are listed and not simulated, by module. @returns {Record<string, string[]>} */
function notSimulated() {
  /** @type {Record<string, string[]>} */
  const found = {}
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isPropertyAssignment(node) && ts.isArrayLiteralExpression(node.initializer)) {
      const name = ts.isStringLiteral(node.name) ? node.name.text : node.name.getText()
      found[name] = node.initializer.elements.filter(ts.isStringLiteral).map((e) => e.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(parse('not-simulated.ts'))
  return found
}

/** Steps that may return more work to do. @returns {string[]} */
function resumable() {
  const text = readFileSync(at(ROOT, 'resumable.ts'), 'utf8')
  return [...text.matchAll(/^ {2}'(\w+)',$/gm)].map((m) => m[1])
}

/** The doc comment before a node, or ''. @param {ts.Node} node @param {ts.SourceFile} source */
function docOf(node, source) {
  const ranges = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? []
  const last = ranges.filter((r) => source.text.slice(r.pos, r.pos + 3) === '/**').at(-1)
  return last ? source.text.slice(last.pos, last.end).replace(/\n\s*\*/g, '\n *') : ''
}

/** The object literal that a factory returns. @param {ts.SourceFile} source */
function returned(source) {
  /** @type {ts.ObjectLiteralExpression | null} */
  let found = null
  for (const statement of source.statements) {
    if (!ts.isFunctionDeclaration(statement) || !statement.body) continue
    if (!statement.modifiers?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword)) continue
    for (const inner of statement.body.statements) {
      if (ts.isReturnStatement(inner) && inner.expression && ts.isObjectLiteralExpression(inner.expression))
        found = inner.expression
    }
  }
  if (!found) throw new Error(`${source.fileName} has no exported factory that returns an object literal`)
  return found
}

/** Declarations of one module file. @param {string} file @returns {{ name: string, kind: string, text: string }[]} */
function namesOf(file) {
  const source = parse(file)
  const names = []
  for (const group of returned(source).properties) {
    const key = /** @type {keyof typeof KINDS} */ (group.name?.getText() ?? '')
    if (!ts.isPropertyAssignment(group) || !ts.isObjectLiteralExpression(group.initializer) || !(key in KINDS))
      throw new Error(`${file}: unexpected group "${key}"`)
    for (const member of group.initializer.properties) {
      const name = member.name?.getText() ?? ''
      const doc = docOf(member, source)
      if (doc === '') throw new Error(`${file}: ${name} has no doc comment`)
      if (ts.isMethodDeclaration(member)) {
        const parameters = member.parameters.slice(key === 'pure' ? 0 : 1).map((p) => p.getText(source))
        const generics = member.typeParameters
          ? `<${member.typeParameters.map((t) => t.getText(source)).join(', ')}>`
          : ''
        if (!member.type) throw new Error(`${file}: ${name} has no result type`)
        // A default value cannot stand in a declaration: the parameter is optional there.
        const clean = parameters.map((p) =>
          p
            .replace(/^(\w+)(\??):([^=]*[^=\s>])\s*=(?!>).*$/s, '$1?:$3')
            .replace(/^(\w+)\s*=\s*(?:true|false)$/, '$1?: boolean')
            .replace(/^(\w+)\s*=\s*[\d.]+$/, '$1?: number'),
        )
        names.push({
          name,
          kind: KINDS[key],
          text: `${doc}\nexport function ${name}${generics}(${clean.join(', ')}): ${member.type.getText(source)}`,
        })
      } else {
        const type =
          ts.isPropertyAssignment(member) && ts.isAsExpression(member.initializer)
            ? member.initializer.type.getText(source)
            : 'number'
        names.push({ name, kind: KINDS[key], text: `${doc}\nexport const ${name}: ${type}` })
      }
    }
  }
  return names
}

/** Public shapes of the handles, as interfaces. */
function handleTypes() {
  /** @type {string[]} */
  const names = []
  /**
   * Type parameters and arguments of those that have any.
   * @type {Record<string, { declared: string, applied: string }>}
   */
  const generic = {}
  const noteGenerics = (
    /** @type {ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration} */ node,
  ) => {
    if (!node.name || !node.typeParameters) return
    generic[node.name.text] = {
      declared: `<${node.typeParameters.map((t) => t.getText()).join(', ')}>`,
      applied: `<${node.typeParameters.map((t) => t.name.text).join(', ')}>`,
    }
  }
  let text = 'declare const kind: unique symbol\n'
  for (const file of HANDLES) {
    if (!existsSync(at(ROOT, file))) continue
    const source = parse(file)
    const internal = (/** @type {ts.Node} */ node) => docOf(node, source).includes('@internal')
    for (const statement of source.statements) {
      const exported =
        ts.canHaveModifiers(statement) &&
        ts.getModifiers(statement)?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword)
      if (!exported || internal(statement)) continue
      if (ts.isClassDeclaration(statement) && statement.name) {
        if (/Handles$|Recorder$/.test(statement.name.text)) continue
        const members = statement.members
          .filter((m) => isPublic(m) && !internal(m))
          .map((m) => `${indent(docOf(m, source))}\n  ${memberText(m, source)}`)
        const generics = statement.typeParameters
          ? `<${statement.typeParameters.map((t) => t.getText(source)).join(', ')}>`
          : ''
        const { text: name } = statement.name
        text += `${docOf(statement, source)}\nexport interface ${name}${generics} {\n`
        text += `  readonly [kind]${STORAGE.has(name) ? '?' : ''}: '${name}'\n${members.join('\n')}\n}\n`
        names.push(statement.name.text)
        noteGenerics(statement)
      } else if (ts.isInterfaceDeclaration(statement)) {
        noteGenerics(statement)
        const heritage = (statement.heritageClauses ?? []).map((clause) => ` ${clause.getText(source)}`).join('')
        const members = statement.members
          .filter((m) => !internal(m))
          .map((m) => `${indent(docOf(m, source))}\n  ${m.getText(source)}`)
        const generics = statement.typeParameters
          ? `<${statement.typeParameters.map((t) => t.getText(source)).join(', ')}>`
          : ''
        const head = `${docOf(statement, source)}\nexport interface ${statement.name.text}${generics}${heritage}`
        text += `${head} {\n${members.join('\n')}\n}\n`
        names.push(statement.name.text)
      } else if (ts.isTypeAliasDeclaration(statement) && !/^(Region)$/.test(statement.name.text)) {
        const declared = /@declared-as ([^*\n]*[^*\s])/.exec(docOf(statement, source))
        const of = statement.typeParameters
          ? `<${statement.typeParameters.map((t) => t.getText(source)).join(', ')}>`
          : ''
        const alias = declared ? `export type ${statement.name.text}${of} = ${declared[1]}` : statement.getText(source)
        text += `${docOf(statement, source)}\n${alias}\n`
        names.push(statement.name.text)
        noteGenerics(statement)
      }
    }
  }
  return { names, text, generic }
}

/** @param {string} doc */
function indent(doc) {
  return doc === '' ? '' : `  ${doc.replace(/\n/g, '\n  ')}`
}

/** @param {ts.ClassElement} member */
function isPublic(member) {
  if (
    ts.isConstructorDeclaration(member) ||
    ts.isSetAccessor(member) ||
    !member.name ||
    ts.isPrivateIdentifier(member.name)
  )
    return false
  const modifiers = ts.canHaveModifiers(member) ? (ts.getModifiers(member) ?? []) : []
  return !modifiers.some((m) => m.kind === ts.SyntaxKind.StaticKeyword || m.kind === ts.SyntaxKind.PrivateKeyword)
}

/** @param {ts.ClassElement} member @param {ts.SourceFile} source */
function memberText(member, source) {
  const name = member.name?.getText(source)
  if (ts.isGetAccessor(member)) {
    const isSettable =
      ts.isClassDeclaration(member.parent) &&
      member.parent.members.some((m) => ts.isSetAccessor(m) && m.name.getText(source) === name)
    return `${isSettable ? '' : 'readonly '}${name}: ${member.type?.getText(source)}`
  }
  if (ts.isMethodDeclaration(member)) {
    const generics = member.typeParameters ? `<${member.typeParameters.map((t) => t.getText(source)).join(', ')}>` : ''
    const parameters = member.parameters.map((p) =>
      p.initializer ? `${p.name.getText(source)}?: number` : p.getText(source),
    )
    return `${name}${generics}(${parameters.join(', ')}): ${member.type?.getText(source)}`
  }
  if (ts.isPropertyDeclaration(member)) {
    const isReadonly = member.modifiers?.some((m) => m.kind === ts.SyntaxKind.ReadonlyKeyword)
    return `${isReadonly ? 'readonly ' : ''}${name}: ${member.type?.getText(source)}`
  }
  throw new Error(`cannot declare ${name}`)
}

/** @param {string} module @param {string} body */
function moduleText(module, body) {
  return `declare module '${module}' {\n${body}\n}\n`
}

const NOT_SIMULATED_DOC = '/** Not simulated yet: calling it ends the task with the diagnosis `not-simulated`. */'
const table = surfaceTable()
const missing = notSimulated()
/** @type {Map<string, { name: string, kind: string, text: string }[]>} */
const modules = new Map()
for (const { module, file } of table) modules.set(module, [...(modules.get(module) ?? []), ...namesOf(file)])
for (const [module, names] of Object.entries(missing)) {
  const known = modules.get(module) ?? []
  for (const name of names) {
    if (known.some((n) => n.name === name)) continue
    known.push({
      name,
      kind: 'step',
      text: `${NOT_SIMULATED_DOC}\nexport function ${name}(...args: unknown[]): never`,
    })
  }
  modules.set(module, known)
}

const handles = handleTypes()
const separate = [...new Set(table.filter((entry) => entry.separate).map(({ module }) => module))]
/** @type {Record<string, Record<string, string>>} */
const index = {}
const declarations = [{ module: TYPES_MODULE, text: `declare module '${TYPES_MODULE}' {\n${handles.text}}\n` }]
for (const [module, names] of modules) {
  index[module] = Object.fromEntries(names.map((n) => [n.name, n.kind]))
  for (const type of handles.names) index[module][type] ??= 'type'
  const values = new Set(names.map((n) => n.name))
  const merged = handles.names
    .filter((t) => values.has(t))
    .map((t) => {
      const { declared, applied } = handles.generic[t] ?? { declared: '', applied: '' }
      return `export type ${t}${declared} = import('${TYPES_MODULE}').${t}${applied}`
    })
  const imports = `import type { ${handles.names.filter((t) => !values.has(t)).join(', ')} } from '${TYPES_MODULE}'\n`
  const exports = `export type { ${handles.names.filter((t) => !values.has(t)).join(', ')} } from '${TYPES_MODULE}'\n`
  declarations.push({
    module,
    text: moduleText(module, `${imports}${exports}${merged.join('\n')}\n${names.map((n) => n.text).join('\n')}`),
  })
}
// `linux` and `kernel` have everything of their parts.
for (const whole of ['linux', 'kernel']) {
  const parts = [...modules.keys()].filter((m) => m.startsWith(`${whole}/`))
  if (parts.length === 0) continue
  index[whole] ??= {}
  for (const part of parts) {
    for (const [name, kind] of Object.entries(index[part])) {
      if (kind !== 'type' || !(name in index[whole])) index[whole][name] = kind
    }
  }
  // A name that is a value and a type is exported by name: `export *` from two modules would leave the type alone.
  const twins = parts.flatMap((m) =>
    (modules.get(m) ?? []).filter((n) => handles.names.includes(n.name)).map((n) => `export { ${n.name} } from '${m}'`),
  )
  declarations.push({
    module: whole,
    text: `declare module '${whole}' {\n${[...parts.map((m) => `export * from '${m}'`), ...twins].join('\n')}\n}\n`,
  })
}
/** @type {Record<string, string>} */
const namespaces = {}
if (index.sim) {
  namespaces.sim = 'sim'
  index.sim.sim = 'value'
  const body = declarations.find((d) => d.module === 'sim')
  if (body)
    body.text = body.text.replace(
      /\n}\n$/,
      "\n/** Everything of this module as one object. */\nexport const sim: typeof import('sim')\n}\n",
    )
}

const HEADER =
  '// Made by scripts/generate-surface.mjs from the surface modules; run `npm run generate` after changing them.\n'
const methods = [
  ...(readFileSync(at(ROOT, 'build.ts'), 'utf8')
    .match(/POINTER_METHODS = \[([^\]]*)\]/)?.[1]
    .matchAll(/'(\w+)'/g) ?? []),
].map((m) => m[1])
const json = (/** @type {unknown} */ value) => JSON.stringify(value, null, 2)
const INDEX_HEAD = `import type { SurfaceIndex } from '../surface-index.ts'

/** The surface as the compiler sees it. */
export const SURFACE_INDEX: SurfaceIndex`
const DECLARATIONS_HEAD = `
/** Declarations of every importable module, with the documentation that editors show. */
export const DECLARATIONS: readonly { readonly module: string; readonly text: string }[]`
const surfaceIndex = { modules: index, methods, namespaces, resumable: resumable(), missing: {}, separate }
const outputs = {
  'index.ts': `${HEADER}${INDEX_HEAD} = ${json(surfaceIndex)}\n`,
  'declarations.ts': `${HEADER}${DECLARATIONS_HEAD} = ${json(declarations)}\n`,
}
let stale = false
mkdirSync(at(ROOT, 'generated'), { recursive: true })
for (const [file, text] of Object.entries(outputs)) {
  const path = at(ROOT, 'generated', file)
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
  stale = true
  if (!process.argv.includes('--check')) writeFileSync(path, text)
}
if (stale && process.argv.includes('--check')) {
  console.error('src-core/surface/generated is stale: run `npm run generate`')
  process.exit(1)
}
