/**
 * Completion of names that are not imported yet: every name of the surface is offered, and taking one adds its import.
 * Names and documentation come from the generated declarations, the one source of both.
 */
import type { editor, languages } from 'monaco-editor/editor'
import { importChange } from './import-change.ts'
import type { SurfaceName } from './import-change.ts'
import { monaco } from './start.ts'

export function offerImports(names: readonly SurfaceName[]): void {
  monaco.languages.registerCompletionItemProvider('typescript', {
    provideCompletionItems(model, position) {
      const word = model.getWordUntilPosition(position)
      const before = model.getLineContent(position.lineNumber).slice(0, word.startColumn - 1)
      if (word.word === '' || /[.'"`/]\s*$/.test(before) || /^\s*import\b/.test(before)) return { suggestions: [] }
      const source = model.getValue()
      return { suggestions: names.flatMap((each) => suggestion(model, source, position.lineNumber, word, each) ?? []) }
    },
  })
}

function suggestion(
  model: editor.ITextModel,
  source: string,
  line: number,
  word: editor.IWordAtPosition,
  each: SurfaceName,
): languages.CompletionItem | null {
  const change = importChange(source, each.name, each.module)
  if (change === null) return null
  const at = model.getPositionAt(change.offset)
  return {
    label: { label: each.name, description: each.module },
    kind: monaco.languages.CompletionItemKind.Function,
    insertText: each.name,
    detail: `import from '${each.module}'\n${each.signature}`,
    documentation: { value: each.documentation },
    sortText: `~${each.name}`,
    range: new monaco.Range(line, word.startColumn, line, word.endColumn),
    additionalTextEdits: [
      { range: new monaco.Range(at.lineNumber, at.column, at.lineNumber, at.column), text: change.text },
    ],
  }
}
