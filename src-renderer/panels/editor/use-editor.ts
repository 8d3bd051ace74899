/** The Monaco editor bound to the stores: text out and in, clicks to the playhead, the last run into the text. */
import type { editor } from 'monaco-editor/editor'
import { nextTick, onBeforeUnmount, onMounted, watch } from 'vue'
import type { ShallowRef } from 'vue'
import { EVENT_LEFT_MARGIN, EDITOR_OPTIONS } from './editor-options.ts'
import { declarations } from '../../monaco/declarations.ts'
import { offerImports } from '../../monaco/auto-import.ts'
import { surfaceNames } from '../../monaco/import-change.ts'
import { cHints } from '../../../src-core/protocol/c-hints.ts'
import { compileMarkers, decorationsOf, runMarkers } from '../../monaco/decorations.ts'
import { modelsOf, modelUri, syncModels } from '../../monaco/models.ts'
import { monaco, startMonaco } from '../../monaco/start.ts'
import { offerEraFixes } from '../../monaco/era-fixes.ts'
import { offerStaticFixes, STATIC_OWNER, staticMarkers } from '../../monaco/static-markers.ts'
import { TYPE_OWNER, TypeCheck } from '../../monaco/type-check.ts'
import { offerTypeFixes } from '../../monaco/type-fixes.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useDocumentStore } from '../../stores/document.ts'
import { useRevealStore } from '../../stores/reveal.ts'
import { useSelectionStore } from '../../stores/selection.ts'
import { useSessionStore } from '../../stores/session.ts'
import { useSettingsStore } from '../../stores/settings.ts'
import { useStaticCheckStore } from '../../stores/static-check.ts'
import { useTypeErrorsStore } from '../../stores/type-errors.ts'
import { followLine } from './follow-line.ts'
import { watchTabKey } from './watch-tab-key.ts'
import { useLineMarks } from './use-line-marks.ts'

export function useEditor(host: Readonly<ShallowRef<HTMLElement | null>>): void {
  const document = useDocumentStore()
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const settings = useSettingsStore()
  const reveal = useRevealStore()
  const typeErrors = useTypeErrorsStore()
  const textCheck = useStaticCheckStore()
  const views = new Map<string, editor.ICodeEditorViewState | null>()
  const stops: (() => void)[] = []

  onMounted(() => {
    if (host.value === null) return
    if (startMonaco(declarations)) {
      offerImports(surfaceNames(declarations))
      offerStaticFixes(() => ({ program: document.programId, findings: textCheck.all }))
      offerTypeFixes()
      offerEraFixes(() => ({ program: document.programId, errors: session.errors }))
    }
    const code = monaco.editor.create(host.value, {
      ...EDITOR_OPTIONS,
      ...sized(settings.shownFont),
      theme: themeName(settings.dark, settings.highContrast),
      model: null,
    })
    const marks = code.createDecorationsCollection()
    void window.document.fonts?.ready.then(() => monaco.editor.remeasureFonts())

    const types = new TypeCheck(() => modelsOf(document.programId, document.files))

    let shownRun = 0
    /** A program was opened and its types are not checked yet. */
    let typesDue = false

    /**
     * The types of an opened program wait for its run and the views: the first check loads TypeScript and every
     * declaration, seconds of a processor that the simulator needs too.
     */
    const checkTypes = (): void => {
      const runIsDue = settings.live && session.askedRevision !== document.revision
      typesDue = session.failure === null && (session.busy || runIsDue)
      if (!typesDue) void types.now()
    }
    const sync = (): void => {
      if (document.programId === '') return
      syncModels(document.programId, document.files, document.edit)
      show()
      checkTypes()
    }
    const show = (): void => {
      const next = monaco.editor.getModel(modelUri(document.programId, document.active))
      const now = code.getModel()
      if (next === null || next === now) return
      const old = code.saveViewState()
      // The same text under another name, as a copy has: it goes on where it was.
      const goesOn = now !== null && !views.has(next.uri.toString()) && now.getValue() === next.getValue()
      if (now !== null) views.set(now.uri.toString(), old)
      code.setModel(next)
      const view = goesOn ? old : views.get(next.uri.toString())
      if (view) code.restoreViewState(view)
      draw()
    }
    /** While the text is newer than the run, marks only move along with it; they are never put anew. */
    const draw = (): void => {
      const model = code.getModel()
      if (model === null) return
      if (session.summary === null) marks.clear()
      if (session.stale || session.summary === null) return
      const diagnoses = session.report?.diagnoses ?? []
      const shown = { file: document.active, diagnoses, selected: selection.diagnosis, row: cursor.row }
      marks.set(decorationsOf(model, shown))
      for (const { path } of document.files) {
        const each = monaco.editor.getModel(modelUri(document.programId, path))
        if (each !== null) monaco.editor.setModelMarkers(each, 'pageward-run', runMarkers(each, path, diagnoses))
      }
    }
    const drawErrors = (): void => {
      for (const { path } of document.files) {
        const model = monaco.editor.getModel(modelUri(document.programId, path))
        if (model === null) continue
        monaco.editor.setModelMarkers(model, 'pageward-compile', [
          ...compileMarkers(model, path, session.errors),
          ...cMarkers(session.errors.length > 0 ? model.getValue() : ''),
        ])
      }
    }

    const drawStatic = (): void => {
      const id = document.programId
      for (const { path } of document.files) {
        const model = monaco.editor.getModel(modelUri(id, path))
        if (model !== null) monaco.editor.setModelMarkers(model, STATIC_OWNER, staticMarkers(id, path, textCheck.list))
      }
    }

    stops.push(
      watch(() => document.replaced, sync, { immediate: true }),
      watch(() => document.active, show, { flush: 'post' }),
      watch([() => session.busy, () => session.failure], () => {
        if (typesDue) checkTypes()
      }),
      watch([() => session.report, () => session.ranRevision, () => selection.diagnosis, () => cursor.row], draw, {
        flush: 'post',
      }),
      watch(() => session.errors, drawErrors, { flush: 'post' }),
      watch(() => textCheck.list, drawStatic, { flush: 'post' }),
      watch([() => settings.dark, () => settings.highContrast], ([dark, high]) =>
        monaco.editor.setTheme(themeName(dark, high)),
      ),
      watch(
        () => settings.shownFont,
        (pixels) => code.updateOptions(sized(pixels)),
      ),
      useLineMarks(code),
      watchTabKey(code),
      watch(
        () => cursor.row,
        async (row) => {
          const fresh = shownRun !== session.runId
          shownRun = session.runId
          if (row === null || session.stale) return
          // The file follows the playhead as in any debugger; a fresh run leaves open what its author has open.
          const replayed = fresh && (session.report?.schedule ?? '') !== ''
          if (row.file !== document.active && (!fresh || replayed)) {
            document.activate(row.file)
            await nextTick()
          }
          // A run that ended while its author types on must not scroll the text away from the caret.
          if (row !== cursor.row || row.file !== document.active || (fresh && code.hasTextFocus())) return
          code.revealLines(row.line, Math.min(row.line + 1, code.getModel()?.getLineCount() ?? row.line))
        },
      ),
      watch(
        () => reveal.wish,
        async (wish) => {
          if (wish === null) return
          await nextTick()
          code.revealLineInCenterIfOutsideViewport(wish.place.line)
          if (!wish.focus) return
          code.setPosition({ lineNumber: wish.place.line, column: wish.place.column })
          code.focus()
        },
        { flush: 'post' },
      ),
    )
    // The panels were arranged anew: the playhead is where it was.
    if (!session.stale && cursor.row?.file === document.active) code.revealLineNearTop(cursor.row.line)
    const listeners = [
      monaco.editor.onDidChangeMarkers(() => {
        typeErrors.reported = readTypeErrors(
          document.programId,
          document.files.map((file) => file.path),
        )
      }),
      // Marks move along with edits inside a line; where whole lines go, they would pile up.
      code.onDidChangeModelContent((event) => {
        types.soon()
        if (event.isFlush || event.changes.every(({ range }) => range.startLineNumber === range.endLineNumber)) return
        marks.clear()
        const model = code.getModel()
        if (model !== null) monaco.editor.setModelMarkers(model, 'pageward-run', [])
      }),
      code.onMouseUp((event) => {
        const at = event.target.position
        if (at === null || event.event.ctrlKey || event.event.metaKey || event.event.shiftKey) return
        if (event.target.type > EVENT_LEFT_MARGIN || !(code.getSelection()?.isEmpty() ?? true)) return
        void followLine(document.active, at.lineNumber)
      }),
    ]
    stops.push(
      () => listeners.forEach((each) => each.dispose()),
      () => types.stop(),
      () => code.dispose(),
    )
  })
  onBeforeUnmount(() => stops.forEach((stop) => stop()))
}

function themeName(dark: boolean, high: boolean): string {
  return `pageward-${dark ? 'dark' : 'light'}${high ? '-contrast' : ''}`
}

function sized(pixels: number): { fontSize: number; lineHeight: number } {
  return { fontSize: pixels, lineHeight: Math.round((pixels * 20) / 13) }
}

/** The compiler's hints for what is written as in C, over all that they are about; TypeScript marks one word of it. */
function cMarkers(text: string): editor.IMarkerData[] {
  return cHints(text).map(({ line, start, end, message }) => ({
    startLineNumber: line,
    startColumn: start,
    endLineNumber: line,
    endColumn: end,
    message,
    severity: monaco.MarkerSeverity.Error,
    source: 'pageward',
  }))
}

function readTypeErrors(program: string, paths: readonly string[]) {
  return paths.flatMap((file) =>
    monaco.editor
      .getModelMarkers({ resource: modelUri(program, file), owner: TYPE_OWNER })
      .filter((marker) => marker.severity === monaco.MarkerSeverity.Error)
      .map((marker) => ({
        code: `TS${typeof marker.code === 'object' ? marker.code.value : (marker.code ?? '')}`,
        message: marker.message,
        file,
        line: marker.startLineNumber,
        column: marker.startColumn,
      })),
  )
}
