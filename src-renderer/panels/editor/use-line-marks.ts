/** What each executed line did, up to the playhead, and the breakpoints: both move along with the text. */
import type { editor } from 'monaco-editor/editor'
import { watch } from 'vue'
import { monaco } from '../../monaco/start.ts'
import { useBreakpointsStore } from '../../stores/breakpoints.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useDocumentStore } from '../../stores/document.ts'
import { useSessionStore } from '../../stores/session.ts'
import { useSettingsStore } from '../../stores/settings.ts'
import { useTrailStore } from '../../stores/trail.ts'
import { useVariablesStore } from '../../stores/variables.ts'
import { badgesOf } from './badges.ts'

const GAP = '\u00a0'.repeat(4)
/** Longest effect that is shown; the rest is in the hover card. */
const LONGEST = 60
const CLEAR_TIP = 'Breakpoint (F9 clears it)'
const NO_STOP = 3 as editor.InjectedTextCursorStops.None

/** Answers how to end it. */
export function useLineMarks(code: editor.IStandaloneCodeEditor): () => void {
  const breakpoints = useBreakpointsStore()
  const trail = useTrailStore()
  const variables = useVariablesStore()
  const cursor = useCursorStore()
  const document = useDocumentStore()
  const session = useSessionStore()
  const settings = useSettingsStore()
  const effects = code.createDecorationsCollection()
  const badges = code.createDecorationsCollection()
  const stops = code.createDecorationsCollection()

  function drawEffects(): void {
    const model = code.getModel()
    if (model === null || !settings.effects || session.summary === null) {
      effects.clear()
      return
    }
    // While the text is newer than the run, and until its steps are known, marks only move along with it.
    if (session.stale || trail.rowsOf !== session.runId) return
    const list: editor.IModelDeltaDecoration[] = []
    for (const [line, text] of trail.effects(document.active, cursor.step)) {
      if (text !== '' && line >= 1 && line <= model.getLineCount()) list.push(effect(model, line, text))
    }
    effects.set(list)
  }

  function drawBadges(): void {
    const model = code.getModel()
    if (model === null || !settings.badges || session.summary === null) badges.clear()
    // A program just opened has no run of its own yet.
    else if (!session.stale) badges.set(badgesOf(model, variables.byLine(document.active)))
  }

  function drawStops(): void {
    const model = code.getModel()
    if (model === null) return
    const count = model.getLineCount()
    const lines = breakpoints.of(document.programId, document.active).filter((line) => line <= count)
    stops.set(
      lines.map((line) => ({
        range: new monaco.Range(line, 1, line, 1),
        options: { lineNumberClassName: 'pw-breakpoint', lineNumberHoverMessage: { value: CLEAR_TIP } },
      })),
    )
  }

  const listeners = [
    code.onDidChangeModel(() => {
      drawEffects()
      drawBadges()
      drawStops()
    }),
    code.onDidChangeCursorPosition((event) => {
      breakpoints.caret = event.position.lineNumber
    }),
    code.onDidChangeModelContent((event) => {
      if (!event.isFlush && event.changes.every(({ range }) => range.startLineNumber === range.endLineNumber)) {
        if (event.changes.every(({ text }) => !text.includes('\n'))) return
      }
      if (event.changes.some(({ range }) => range.startLineNumber !== range.endLineNumber)) {
        effects.clear()
        badges.clear()
      }
      const lines = stops.getRanges().map((range) => range.startLineNumber)
      breakpoints.moved(document.programId, document.active, lines)
    }),
    code.addAction({
      id: 'pageward.breakpoint',
      label: 'Set or clear a breakpoint',
      contextMenuGroupId: 'navigation',
      run: () => breakpoints.toggle(document.active, code.getPosition()?.lineNumber ?? 1),
    }),
  ]
  const watchers = [
    watch(
      [() => trail.rows, () => trail.rowsOf, () => cursor.step, () => settings.effects, () => session.ranRevision],
      drawEffects,
      {
        flush: 'post',
      },
    ),
    watch([() => variables.rows, () => settings.badges, () => session.ranRevision], drawBadges, { flush: 'post' }),
    watch(() => breakpoints.list, drawStops, { flush: 'post' }),
  ]
  return () => {
    for (const stop of watchers) stop()
    for (const each of listeners) each.dispose()
  }
}

function effect(model: editor.ITextModel, line: number, text: string): editor.IModelDeltaDecoration {
  const end = model.getLineMaxColumn(line)
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
  return {
    range: new monaco.Range(line, end, line, end),
    options: {
      showIfCollapsed: true,
      hoverMessage: { value: text },
      after: { content: GAP + short.replaceAll(' ', '\u00a0'), inlineClassName: 'pw-effect', cursorStops: NO_STOP },
    },
  }
}
