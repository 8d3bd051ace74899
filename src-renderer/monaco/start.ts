/**
 * Monaco, made ready once: workers, TypeScript as snippets have it (ES2023 and disposables, no DOM), the surface's
 * declarations, `using` as a keyword, and the two themes.
 */
import * as monaco from 'monaco-editor/editor'
import 'monaco-editor/features/register.all'
import EditorWorker from 'monaco-editor/editor/editor.worker?worker'
import { conf, language } from 'monaco-editor/languages/definitions/typescript/typescript'
import {
  ModuleKind,
  ModuleResolutionKind,
  ScriptTarget,
  typescriptDefaults,
} from 'monaco-editor/languages/features/typescript/register'
import TypeScriptWorker from 'monaco-editor/language/typescript/ts.worker?worker'
import { DARK, highContrast, LIGHT } from './themes.ts'

export { monaco }

/** TypeScript's `ModuleDetectionKind.Force`: a snippet without imports is a module too. */
const EVERY_FILE_IS_A_MODULE = 3

let started = false

/** Answers whether this was the first call; later ones do nothing. */
export function startMonaco(declarations: readonly { readonly module: string; readonly text: string }[]): boolean {
  if (started) return false
  started = true
  self.MonacoEnvironment = {
    getWorker: (_id, label) => (label === 'typescript' ? new TypeScriptWorker() : new EditorWorker()),
  }
  monaco.languages.register({ id: 'typescript', extensions: ['.ts'], aliases: ['TypeScript'] })
  monaco.languages.setLanguageConfiguration('typescript', conf)
  monaco.languages.setMonarchTokensProvider('typescript', withUsing())
  monaco.editor.defineTheme('pageward-light', LIGHT)
  monaco.editor.defineTheme('pageward-dark', DARK)
  monaco.editor.defineTheme('pageward-light-contrast', highContrast(LIGHT, '#000000', '#ffffff'))
  monaco.editor.defineTheme('pageward-dark-contrast', highContrast(DARK, '#ffffff', '#121212'))

  typescriptDefaults.setCompilerOptions({
    target: ScriptTarget.ESNext,
    module: ModuleKind.ESNext,
    moduleResolution: ModuleResolutionKind.NodeJs,
    moduleDetection: EVERY_FILE_IS_A_MODULE,
    allowImportingTsExtensions: true,
    allowNonTsExtensions: true,
    noEmit: true,
    strict: true,
    // As on the command line: a snippet is no library.
    noImplicitAny: false,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.decorators.d.ts'],
  })
  // Diagnostics: type-check.ts does it, quick fixes: type-fixes.ts. TypeScript's own inlay hints are never shown, and
  // each key would pay for them.
  typescriptDefaults.setModeConfiguration({
    ...typescriptDefaults.modeConfiguration,
    diagnostics: false,
    codeActions: false,
    inlayHints: false,
  })
  typescriptDefaults.setEagerModelSync(true)
  typescriptDefaults.setExtraLibs(
    declarations.map(({ module, text }) => ({
      content: text,
      filePath: `file:///node_modules/@types/${module.replaceAll('/', '-')}/index.d.ts`,
    })),
  )
  return true
}

/** Monaco's own tokens know no `using`; in front of a name it is a keyword. */
function withUsing(): monaco.languages.IMonarchLanguage {
  const common = language.tokenizer['common'] ?? []
  const using: monaco.languages.IMonarchLanguageRule = [/\busing(?=\s+[A-Za-z_$])/, 'keyword']
  return { ...language, tokenizer: { ...language.tokenizer, common: [using, ...common] } }
}
