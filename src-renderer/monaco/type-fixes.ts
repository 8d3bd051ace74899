/**
 * TypeScript's quick fixes, asked for only where TypeScript has said something. Monaco's own provider asks for every
 * line that is shown, and the first question loads TypeScript and every declaration.
 */
import type { languages } from 'monaco-editor/editor'
import { getTypeScriptWorker } from 'monaco-editor/languages/features/typescript/register'
import { TYPE_OWNER } from './type-check.ts'
import { monaco } from './start.ts'

type Model = monaco.editor.ITextModel

/** As far as the worker's answer is read. */
interface CodeFix {
  readonly description: string
  readonly changes: readonly {
    readonly isNewFile?: boolean
    readonly textChanges: readonly {
      readonly span: { readonly start: number; readonly length: number }
      readonly newText: string
    }[]
  }[]
}

/** Offers the fixes of the type errors at the caret. */
export function offerTypeFixes(): void {
  monaco.languages.registerCodeActionProvider('typescript', {
    async provideCodeActions(model, range) {
      const markers = monaco.editor
        .getModelMarkers({ resource: model.uri, owner: TYPE_OWNER })
        .filter((marker) => monaco.Range.areIntersectingOrTouching(marker, range))
      const found = await Promise.all(markers.map((marker) => fixesOf(model, marker)))
      return { actions: model.isDisposed() ? [] : found.flat(), dispose: () => undefined }
    },
  })
}

async function fixesOf(model: Model, marker: monaco.editor.IMarker): Promise<languages.CodeAction[]> {
  const version = model.getVersionId()
  const getWorker = await getTypeScriptWorker()
  const worker = await getWorker(model.uri)
  if (model.isDisposed()) return []
  const { tabSize, insertSpaces } = model.getOptions()
  const fixes: readonly CodeFix[] = await worker.getCodeFixesAtPosition(
    model.uri.toString(),
    model.getOffsetAt({ lineNumber: marker.startLineNumber, column: marker.startColumn }),
    model.getOffsetAt({ lineNumber: marker.endLineNumber, column: marker.endColumn }),
    [Number(marker.code)],
    { tabSize, indentSize: tabSize, indentStyle: 2, convertTabsToSpaces: insertSpaces, newLineCharacter: '\n' },
  )
  if (model.isDisposed() || model.getVersionId() !== version) return []
  return fixes
    .filter(({ changes }) => !changes.some(({ isNewFile }) => isNewFile))
    .map(({ description, changes }) => ({
      title: description,
      kind: 'quickfix',
      diagnostics: [marker],
      edit: {
        edits: changes.flatMap(({ textChanges }) =>
          textChanges.map(({ span, newText }) => ({
            resource: model.uri,
            versionId: undefined,
            textEdit: { range: rangeOf(model, span.start, span.length), text: newText },
          })),
        ),
      },
    }))
}

function rangeOf(model: Model, start: number, length: number): monaco.Range {
  return monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(start + length))
}
