/**
 * TypeScript's word on the open program. All files are checked together, once the worker has the text of each: Monaco's
 * own check takes every model by itself as it is made, and calls the import of a file that comes a moment later wrong.
 */
import { getTypeScriptWorker } from 'monaco-editor/languages/features/typescript/register'
import { monaco } from './start.ts'

export const TYPE_OWNER = 'typescript'
/** After the last key, in milliseconds. */
const PAUSE = 500
/** Hints that mean nothing for a snippet: 80001 CommonJS module, 6133 and 6192 unused, 7016 untyped module. */
const SILENT = new Set([80001, 6133, 6192, 7016])

type Model = monaco.editor.ITextModel
type Worker = Awaited<ReturnType<Awaited<ReturnType<typeof getTypeScriptWorker>>>>
type Diagnostic = Awaited<ReturnType<Worker['getSemanticDiagnostics']>>[number]
type Message = Diagnostic['messageText']

export class TypeCheck {
  private round = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  /** `models`: of the open program, as it is when asked. */
  constructor(private readonly models: () => readonly Model[]) {}

  /** Checks when nothing has been typed for a moment; a check that goes on ends with the file that it is at. */
  soon(): void {
    clearTimeout(this.timer)
    this.round++
    this.timer = setTimeout(() => void this.now(), PAUSE)
  }

  /** Checks at once, and sets the markers of all files together. What came of an older text is thrown away. */
  async now(): Promise<void> {
    clearTimeout(this.timer)
    const round = ++this.round
    const models = this.models()
    const versions = models.map((model) => model.getVersionId())
    // Monaco loads its TypeScript when it meets the first model: until then it refuses.
    const getWorker = await getTypeScriptWorker().catch(() => null)
    if (round !== this.round) return
    if (getWorker === null) {
      this.soon()
      return
    }
    const worker = await getWorker(...models.map(({ uri }) => uri))
    const found: Diagnostic[][] = []
    for (const { uri } of models) {
      found.push(await diagnosticsOf(worker, uri.toString()))
      // Somebody typed on: the processors are for the run.
      if (round !== this.round) return
    }
    if (models.some((model, at) => model.isDisposed() || model.getVersionId() !== versions[at])) return
    models.forEach((model, at) => {
      monaco.editor.setModelMarkers(
        model,
        TYPE_OWNER,
        (found[at] ?? []).map((each) => markerOf(model, each)),
      )
    })
  }

  stop(): void {
    clearTimeout(this.timer)
    this.round++
  }
}

async function diagnosticsOf(worker: Worker, file: string): Promise<Diagnostic[]> {
  const found = await Promise.all([
    worker.getSyntacticDiagnostics(file),
    worker.getSemanticDiagnostics(file),
    worker.getSuggestionDiagnostics(file),
  ])
  return found.flat().filter(({ code }) => !SILENT.has(code))
}

function markerOf(model: Model, found: Diagnostic): monaco.editor.IMarkerData {
  const start = model.getPositionAt(found.start ?? 0)
  const end = model.getPositionAt((found.start ?? 0) + (found.length ?? 1))
  const { Error, Warning, Hint, Info } = monaco.MarkerSeverity
  return {
    severity: [Warning, Error, Hint, Info][found.category] ?? Info,
    startLineNumber: start.lineNumber,
    startColumn: start.column,
    endLineNumber: end.lineNumber,
    endColumn: end.column,
    message: textOf(found.messageText),
    code: String(found.code),
    tags: [
      ...(found.reportsUnnecessary === undefined ? [] : [monaco.MarkerTag.Unnecessary]),
      ...(found.reportsDeprecated === undefined ? [] : [monaco.MarkerTag.Deprecated]),
    ],
  }
}

/** A message and what explains it, each a line and a step further in. */
function textOf(message: Message, indent = ''): string {
  if (typeof message === 'string') return indent + message
  const more = (message.next ?? []).map((each) => textOf(each, `${indent}  `))
  return [indent + message.messageText, ...more].join('\n')
}
