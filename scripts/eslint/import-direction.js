/**
 * Import direction: who may import whom, types included. ALLOWED is the architecture; the rule only reads it.
 *
 * An entry is a layer (`trace`) or one module of it (`compiler/contract`). `type:` before it allows type imports only.
 * Tests (`*.test.ts`, `*.long.ts`) may look at every layer of the core: they check how layers fit together.
 */
import { dirname, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Layers of src-core, lowest first: each may import those before it, but for the exceptions in ALLOWED. */
const ORDER = ['base', 'trace', 'eras', 'machine', 'sched', 'mm', 'dma', 'surface', 'compiler', 'runtime']

/** @type {(layer: string) => string[]} */
const below = (layer) => ORDER.slice(0, ORDER.indexOf(layer))

/** @type {Record<string, string[]>} */
export const ALLOWED = {
  base: [],
  trace: ['base'],
  eras: ['base', 'trace'],
  machine: below('machine'),
  sched: below('sched'),
  mm: below('mm'),
  dma: below('dma'),
  surface: below('surface'),
  compiler: below('compiler'),
  runtime: below('runtime'),
  // Rules read facts: never the machine.
  ownership: ['base', 'trace', 'eras', 'type:compiler/contract'],
  explore: [...ORDER, 'ownership'],
  report: [...ORDER, 'ownership', 'explore'],
  lessons: [...ORDER, 'ownership', 'explore', 'report'],
  protocol: [...ORDER, 'ownership', 'explore', 'report', 'lessons'],
}

/** What the page may see of the core. Its worker entries (a `workers` folder, `*.worker.ts`) host it and see all. */
export const RENDERER = ['protocol', 'trace', 'report', 'surface/generated', 'type:compiler/contract']

/**
 * Packages of the core: layer → names. Everything else, `node:` and `electron` too, is outside.
 * @type {Record<string, string[]>}
 */
export const PACKAGES = {
  compiler: ['typescript', '@jridgewell/trace-mapping'],
  runtime: ['ses', '@jridgewell/trace-mapping'],
  report: ['pbf'],
  lessons: ['yaml'],
}

const WORKER_ENTRY = /(^|\/)workers\/|\.worker\.ts$/
const TEST = /\.(test|long)\.ts$/

/** @param {string} path relative to src-core, @param {string[]} allowed, @param {boolean} typeOnly */
function fits(path, allowed, typeOnly) {
  const module = path.replace(/\.(d\.)?ts$/, '')
  return allowed.some((entry) => {
    const needsType = entry.startsWith('type:')
    const name = needsType ? entry.slice(5) : entry
    return (typeOnly || !needsType) && (module === name || module.startsWith(`${name}/`))
  })
}

/**
 * Judges one import; null means allowed.
 * @param {string} from importing file, relative to the root, with `/`
 * @param {string} source the module specifier as written
 * @param {boolean} typeOnly
 * @returns {string | null}
 */
export function judge(from, source, typeOnly) {
  const [area = '', ...rest] = from.split('/')
  const relativeImport = source.startsWith('.')
  const target = relativeImport ? slashes(relative(ROOT, resolve(ROOT, dirname(from), source))) : source
  if (area === 'src-core') return judgeCore(rest.join('/'), source, target, relativeImport, typeOnly)
  if (area === 'src-renderer') return judgeRenderer(from, target, typeOnly)
  return null
}

/**
 * @param {string} path @param {string} source @param {string} target
 * @param {boolean} isRelative @param {boolean} typeOnly
 */
function judgeCore(path, source, target, isRelative, typeOnly) {
  const layer = path.includes('/') ? /** @type {string} */ (path.split('/')[0]) : ''
  const test = TEST.test(path)
  if (!(layer in ALLOWED)) return `${path} stands in no layer of src-core (${Object.keys(ALLOWED).join(', ')})`
  if (!isRelative) {
    const name = source
      .split('/')
      .slice(0, source.startsWith('@') ? 2 : 1)
      .join('/')
    if (test || path.includes('/testing/') || PACKAGES[layer]?.includes(name)) return null
    return `${path} → ${source}: ${layer} may not import the package ${name}`
  }
  if (!target.startsWith('src-core/')) {
    return test ? null : `${path} → ${source}: src-core may not import anything outside it`
  }
  const inside = target.slice('src-core/'.length)
  const other = inside.split('/')[0]
  if (other === layer || test) return null
  const allowed = ALLOWED[layer] ?? []
  if (fits(inside, allowed, typeOnly)) return null
  const typesFit = fits(inside, allowed, true)
  if (typesFit) return `${path} → ${source}: ${layer} may import only types from ${other}`
  return `${path} → ${source}: ${layer} may not import ${other}`
}

/** @param {string} from @param {string} target @param {boolean} typeOnly */
function judgeRenderer(from, target, typeOnly) {
  if (/^(node:|electron$)/.test(target)) return `${from} → ${target}: the page has no Node and no Electron`
  if (/^src-(main|node|cli)\//.test(target)) {
    return typeOnly ? null : `${from} → ${target}: src-renderer may import only types from other hosts`
  }
  if (!target.startsWith('src-core/') || WORKER_ENTRY.test(from) || TEST.test(from)) return null
  const inside = target.slice('src-core/'.length)
  if (fits(inside, RENDERER, typeOnly)) return null
  return `${from} → ${target}: src-renderer may not import ${inside.split('/')[0]}; it sees ${RENDERER.join(', ')}`
}

/** @param {string} path */
function slashes(path) {
  return path.split(sep).join('/')
}

/** @type {import('eslint').Rule.RuleModule} */
export const importDirection = {
  meta: { type: 'problem', docs: { description: 'imports follow the layers' }, schema: [] },
  create(context) {
    const from = slashes(relative(ROOT, context.filename))
    /** @type {(node: import('estree').Node, source: unknown, typeOnly: boolean) => void} */
    const check = (node, source, typeOnly) => {
      if (typeof source !== 'string') return
      const message = judge(from, source.replace(/\?.*$/, ''), typeOnly)
      if (message !== null) context.report({ node, message })
    }
    /** @type {(node: any) => void} */
    const declaration = (node) => {
      if (!node.source) return
      const parts = node.specifiers ?? []
      const isType = (/** @type {any} */ part) => (part.importKind ?? part.exportKind) === 'type'
      const allTypes = parts.length > 0 && parts.every(isType)
      check(node, node.source.value, node.importKind === 'type' || node.exportKind === 'type' || allTypes)
    }
    return {
      ImportDeclaration: declaration,
      ExportNamedDeclaration: declaration,
      ExportAllDeclaration: declaration,
      ImportExpression: (/** @type {any} */ node) => check(node, node.source.value, false),
      // import('x').Y in a type
      TSImportType: (/** @type {any} */ node) => check(node, (node.source ?? node.argument?.literal)?.value, true),
    }
  },
}
