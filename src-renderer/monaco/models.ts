/** One Monaco model for each file of a program. Models live on, so that undo survives a visit to another program. */
import type { SourceFile } from '../../src-core/compiler/contract.ts'
import { monaco } from './start.ts'

/** Programs whose models are kept with their undo history. */
const KEPT_PROGRAMS = 8
const NO_BRACKET_COLOURS = { enabled: false, independentColorPoolPerBracketType: false }
const recent: string[] = []

export function modelUri(program: string, path: string): monaco.Uri {
  return monaco.Uri.parse(`file:///${program.replaceAll(/[^\w-]+/g, '-')}/${path}`)
}

/** The models of a program that exist, in the order of its files. */
export function modelsOf(program: string, files: readonly SourceFile[]): monaco.editor.ITextModel[] {
  return files.flatMap(({ path }) => monaco.editor.getModel(modelUri(program, path)) ?? [])
}

/**
 * Brings the models of a program in step with its files. A text that differs is put in as an edit that can be undone.
 * `onEdit` hears of every change that is typed later.
 */
export function syncModels(
  program: string,
  files: readonly SourceFile[],
  onEdit: (path: string, text: string) => void,
): void {
  for (const { path, text } of files.toReversed()) {
    const uri = modelUri(program, path)
    const model = monaco.editor.getModel(uri)
    if (model === null) {
      const made = monaco.editor.createModel(text, 'typescript', uri)
      made.updateOptions({ tabSize: 2, insertSpaces: true, bracketColorizationOptions: NO_BRACKET_COLOURS })
      made.onDidChangeContent(() => onEdit(path, made.getValue()))
    } else if (model.getValue() !== text) {
      model.pushStackElement()
      model.pushEditOperations(null, [{ range: model.getFullModelRange(), text }], () => null)
      model.pushStackElement()
    }
  }
  forgetOld(program)
}

/** The TypeScript worker sees every model, so those of programs left long ago go. */
function forgetOld(program: string): void {
  const at = recent.indexOf(program)
  if (at >= 0) recent.splice(at, 1)
  recent.push(program)
  while (recent.length > KEPT_PROGRAMS) {
    const gone = `/${modelUri(recent.shift() ?? '', '').path.split('/')[1] ?? ''}/`
    for (const model of monaco.editor.getModels()) if (model.uri.path.startsWith(gone)) model.dispose()
  }
}
