/** The types of a program, checked with the surface's declarations: what the editor underlines. */
import ts from 'typescript'
import type { SourceFile } from '../src-core/compiler/contract.ts'
import { DECLARATIONS } from '../src-core/surface/generated/declarations.ts'

export interface TypeError {
  /** `TS2345`, or `too-large`. */
  readonly code: string
  readonly message: string
  readonly file: string
  readonly line: number
  readonly column: number
}

/** The library a snippet sees: ES2023 and dispose, no DOM, no Node. */
const LIBRARIES = import.meta.glob<string>(
  [
    '../node_modules/typescript/lib/lib.es5.d.ts',
    '../node_modules/typescript/lib/lib.es20{15,16,17,18,19,20,21,22,23}*.d.ts',
    '../node_modules/typescript/lib/lib.decorators*.d.ts',
    '../node_modules/typescript/lib/lib.esnext.disposable.d.ts',
  ],
  { query: '?raw', import: 'default' },
)
/** Lines of a file that the checker can do: its time grows with their square, and with more it would seem to hang. */
const MOST_LINES = 20_000
const SURFACE_FILE = '/pageward/surface.d.ts'
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  noImplicitAny: false,
  noEmit: true,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  types: [],
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  skipDefaultLibCheck: true,
}

let libraries: Promise<Map<string, ts.SourceFile>> | null = null

async function loadLibraries(): Promise<Map<string, ts.SourceFile>> {
  const loaded = new Map<string, ts.SourceFile>()
  await Promise.all(
    Object.entries(LIBRARIES).map(async ([path, load]) => {
      const name = `/lib/${path.slice(path.lastIndexOf('/') + 1)}`
      loaded.set(name, ts.createSourceFile(name, await load(), ts.ScriptTarget.ESNext))
    }),
  )
  const surface = DECLARATIONS.map(({ text }) => text).join('\n')
  loaded.set(SURFACE_FILE, ts.createSourceFile(SURFACE_FILE, surface, ts.ScriptTarget.ESNext))
  return loaded
}

/**
 * The name of a file inside the checker: below one folder, whatever its path was, with relative imports still right,
 * and always a TypeScript file's, for that is what each is read as.
 */
function virtualPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  const name = `/program/${parts.map((part) => (part === '..' ? 'above' : part)).join('/')}`
  return name.endsWith('.ts') ? name : `${name.replace(/\.(?:[cm]?js|[cm]ts|[jt]sx)$/, '')}.ts`
}

/** Type errors of a program, in the order of its files. */
export async function typeErrors(files: readonly SourceFile[]): Promise<TypeError[]> {
  const large = files.find(
    ({ text }) => text.length > MOST_LINES && text.split('\n', MOST_LINES + 1).length > MOST_LINES,
  )
  if (large !== undefined) {
    const message = `types are not checked: more than ${MOST_LINES.toLocaleString('en')} lines; divide the file`
    return [{ code: 'too-large', message, file: large.path, line: 1, column: 1 }]
  }
  const fixed = await (libraries ??= loadLibraries())
  const given = new Map(files.map(({ path }) => [virtualPath(path), path]))
  const sources = new Map(
    files.map(({ path, text }) => [
      virtualPath(path),
      ts.createSourceFile(virtualPath(path), text, ts.ScriptTarget.ESNext, true),
    ]),
  )
  const host: ts.CompilerHost = {
    getSourceFile: (name) => sources.get(name) ?? fixed.get(name),
    getDefaultLibFileName: () => '/lib/lib.es2023.d.ts',
    getDefaultLibLocation: () => '/lib',
    writeFile: () => undefined,
    getCurrentDirectory: () => '/program',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (name) => sources.has(name) || fixed.has(name),
    readFile: (name) => sources.get(name)?.text ?? fixed.get(name)?.text,
  }
  const program = ts.createProgram([...sources.keys(), SURFACE_FILE], OPTIONS, host)
  return [...sources.values()].flatMap((source) =>
    [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((diagnostic) => {
      const at = source.getLineAndCharacterOfPosition(diagnostic.start ?? 0)
      return {
        code: `TS${diagnostic.code}`,
        message: ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '),
        file: given.get(source.fileName) ?? source.fileName,
        line: at.line + 1,
        column: at.character + 1,
      }
    }),
  )
}
