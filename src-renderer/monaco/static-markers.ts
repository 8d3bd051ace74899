/** What the static check says, as markers of the text, and its quick fixes. */
import type { editor, languages } from 'monaco-editor/editor'
import type { StaticFinding, StaticPlace } from '../../src-core/protocol/messages.ts'
import { modelUri } from './models.ts'
import { monaco } from './start.ts'

/** Owner of the markers. */
export const STATIC_OWNER = 'pageward-static'

function rangeOf({ line, column, endLine, endColumn }: StaticPlace): monaco.Range {
  return new monaco.Range(line, column, endLine, endColumn)
}

/** The findings of one file as markers; steps of the story are related places. */
export function staticMarkers(program: string, file: string, findings: readonly StaticFinding[]): editor.IMarkerData[] {
  return findings
    .filter(({ at }) => at.file === file)
    .map(({ code, severity, certainty, message, at, story }) => ({
      ...rangeOf(at),
      code,
      message: certainty === 'possible' ? `possible: ${message}` : message,
      severity: severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
      source: 'pageward check',
      relatedInformation: story.map((step) => ({
        resource: modelUri(program, step.at.file),
        message: step.text,
        ...rangeOf(step.at),
      })),
    }))
}

/** Offers the fixes of the findings at the caret. `current` gives the findings of the text as it is. */
export function offerStaticFixes(current: () => { program: string; findings: readonly StaticFinding[] }): void {
  monaco.languages.registerCodeActionProvider('typescript', {
    provideCodeActions(model, range) {
      const { program, findings } = current()
      const actions = findings.flatMap((finding): languages.CodeAction[] => {
        const { fix, at } = finding
        if (fix === null || modelUri(program, at.file).toString() !== model.uri.toString()) return []
        const near = [at, ...fix.edits.map((edit) => edit.at)]
        if (!near.some((place) => range.startLineNumber <= place.endLine && range.endLineNumber >= place.line))
          return []
        return [{ title: fix.title, kind: 'quickfix', edit: editsOf(program, fix), isPreferred: true }]
      })
      return { actions, dispose: () => undefined }
    },
  })
}

function editsOf(program: string, fix: NonNullable<StaticFinding['fix']>): languages.WorkspaceEdit {
  return {
    edits: fix.edits.map(({ at, text }) => ({
      resource: modelUri(program, at.file),
      textEdit: { range: rangeOf(at), text },
      versionId: undefined,
    })),
  }
}
