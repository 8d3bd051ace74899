/** Quick fixes for names that an era lacks: the name that this era has in their place. */
import type { languages } from 'monaco-editor/editor'
import type { ReportError } from '../../src-core/report/report.ts'
import { modelUri } from './models.ts'
import { monaco } from './start.ts'

/** Offers the replacements of the errors at the caret. `current` gives the errors of the latest text. */
export function offerEraFixes(current: () => { program: string; errors: readonly ReportError[] }): void {
  monaco.languages.registerCodeActionProvider('typescript', {
    provideCodeActions(model, range) {
      const { program, errors } = current()
      const actions = errors.flatMap(({ at, replacement }): languages.CodeAction[] => {
        const resource = modelUri(program, at.file)
        if (replacement === undefined || resource.toString() !== model.uri.toString()) return []
        if (range.startLineNumber > at.line || range.endLineNumber < at.line) return []
        const word = model.getWordAtPosition({ lineNumber: at.line, column: at.column })
        if (word === null) return []
        const whole = new monaco.Range(at.line, word.startColumn, at.line, word.endColumn)
        return [
          {
            title: `Use ${replacement}, which this era has`,
            kind: 'quickfix',
            edit: { edits: [{ resource, textEdit: { range: whole, text: replacement }, versionId: undefined }] },
            isPreferred: true,
          },
        ]
      })
      return { actions, dispose: () => undefined }
    },
  })
}
