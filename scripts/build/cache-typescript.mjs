/**
 * Makes FOLDER/typescript.cjs (the compiler, minified) and FOLDER/typescript.cache (its compiled code, for this Node).
 *
 *     node scripts/build/cache-typescript.mjs FOLDER
 *
 * The compiler works on a sample first, so that the cache holds the functions that a compilation needs.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { minifySync } from 'vite'
import { loadWithCache } from './load-typescript.mjs'

const SAMPLE = `
interface Shape<T> { readonly size: number; make?(n: T): void }
enum Mode { Read = 1, Write }
export class Ring<T> implements Shape<T> {
  #slots: T[] = []
  static count = 0
  constructor(readonly size: number) { Ring.count += 1 }
  get last(): T | undefined { return this.#slots.at(-1) }
  push(...items: T[]): void {
    for (const item of items) { if (this.#slots.length >= this.size) break; this.#slots.push(item) }
  }
}
function* walk(n: number): Generator<number> { for (let i = 0; i < n; i++) yield i }
const ring = new Ring<number>(4)
try { ring.push(...[...walk(3)].map((x) => x * 2)) } catch (error) { throw error as Error }
finally { ring.push(Mode.Read) }
{ using held = { [Symbol.dispose]() {} }; void held }
export const { size, ...rest } = { size: ring.size, a: \`\${ring.last ?? 0}\` }
switch (size) { case 1: case 2: { rest.a satisfies string; break } default: label: while (true) break label }
`

/** @param {typeof import('typescript')} ts */
function exercise(ts) {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, sourceMap: true }
  ts.transpileModule(SAMPLE, { compilerOptions: options, fileName: 'sample.ts' })
  const file = ts.createSourceFile('sample.ts', SAMPLE, ts.ScriptTarget.ES2023, true)
  const visit = (/** @type {import('typescript').Node} */ node) => {
    file.getLineAndCharacterOfPosition(node.getStart(file))
    ts.forEachChild(node, visit)
  }
  visit(file)
  const host = {
    ...ts.createCompilerHost(options),
    getSourceFile: (/** @type {string} */ name) => (name === 'sample.ts' ? file : undefined),
    writeFile: () => {},
  }
  const program = ts.createProgram(['sample.ts'], { ...options, noLib: true }, host)
  ts.getPreEmitDiagnostics(program)
  program.emit()
}

const folder = resolve(process.argv[2] ?? '.')
const original = resolve(import.meta.dirname, '../../node_modules/typescript/lib/typescript.js')
const version = JSON.parse(readFileSync(resolve(original, '../../package.json'), 'utf8')).version
const script = join(folder, 'typescript.cjs')
const cache = join(folder, 'typescript.cache')
const mark = join(folder, 'typescript.made')
const made = `${version} ${process.version} ${process.arch}`

if (!existsSync(mark) || readFileSync(mark, 'utf8') !== made) {
  const source = readFileSync(original, 'utf8')
  const { code } = minifySync('typescript.cjs', source, { module: false })
  writeFileSync(`${script}.new`, code)
  renameSync(`${script}.new`, script)
  const loaded = loadWithCache(script, `${cache}.none`)
  exercise(/** @type {typeof import('typescript')} */ (loaded.exports))
  writeFileSync(`${cache}.new`, loaded.script.createCachedData())
  renameSync(`${cache}.new`, cache)
  writeFileSync(mark, made)
}
