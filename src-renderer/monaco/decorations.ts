/**
 * What the last run says about the text, as Monaco decorations: a squiggle and a few words at the end of the line of
 * each problem, a sign in the margin for each line of the selected problem's story, and the line of the playhead.
 */
import type { editor } from 'monaco-editor/editor'
import type { StepRow } from '../../src-core/protocol/messages.ts'
import type { Diagnosis, ReportError } from '../../src-core/report/report.ts'
import { codeInWords, ROLE_WORD, tone } from './story.ts'
import { monaco } from './start.ts'

type Decoration = editor.IModelDeltaDecoration

/** Range of a call that starts at a place: to the end of what stands on the line, without a trailing comment. */
export function callRange(model: editor.ITextModel, line: number, column: number): monaco.Range {
  const at = Math.max(1, Math.min(line, model.getLineCount()))
  const text = model.getLineContent(at)
  const code = text.replace(/\s*(\/\/.*)?$/, '')
  const start = Math.max(1, Math.min(column, text.length + 1))
  return new monaco.Range(at, start, at, Math.max(start + 1, code.length + 1))
}

export interface Shown {
  readonly file: string
  readonly diagnoses: readonly Diagnosis[]
  readonly selected: Diagnosis | null
  readonly row: StepRow | null
}

export function decorationsOf(model: editor.ITextModel, shown: Shown): Decoration[] {
  const list: Decoration[] = []
  const taken = new Set<number>()
  for (const each of [...shown.diagnoses].sort((a, b) => Number(b === shown.selected) - Number(a === shown.selected))) {
    if (each.at.file !== shown.file || each.at.line > model.getLineCount()) continue
    const kind = tone(each)
    const words = taken.has(each.at.line) ? null : codeInWords(each.code)
    taken.add(each.at.line)
    list.push(problemLine(model, each, kind, words))
  }
  for (const line of shown.selected?.story ?? []) {
    if (line.at === null || line.at.file !== shown.file || line.at.line > model.getLineCount()) continue
    if (taken.has(line.at.line)) continue
    taken.add(line.at.line)
    list.push(storyLine(model, line.at.line, ROLE_WORD[line.role], line.role, line.text))
  }
  if (shown.row !== null && shown.row.file === shown.file && shown.row.line <= model.getLineCount()) {
    list.push(...playhead(model, shown.row))
  }
  return list
}

/** Problems of the run as markers, for squiggles, hovers and the overview ruler. */
export function runMarkers(
  model: editor.ITextModel,
  file: string,
  diagnoses: readonly Diagnosis[],
): editor.IMarkerData[] {
  return diagnoses
    .filter((each) => each.at.file === file)
    .map((each) => marker(callRange(model, each.at.line, each.at.column), each.message, each.code, tone(each)))
}

/** Errors that the TypeScript worker shows by itself. */
const SHOWN_BY_TYPES = new Set(['syntax', 'import'])

export function compileMarkers(
  model: editor.ITextModel,
  file: string,
  errors: readonly ReportError[],
): editor.IMarkerData[] {
  return errors
    .filter((each) => each.at.file === file && !SHOWN_BY_TYPES.has(each.code))
    .map((each) => marker(callRange(model, each.at.line, each.at.column), each.message, each.code, 'error'))
}

function marker(range: monaco.Range, message: string, code: string, kind: string): editor.IMarkerData {
  const severity =
    kind === 'error'
      ? monaco.MarkerSeverity.Error
      : kind === 'warn'
        ? monaco.MarkerSeverity.Warning
        : monaco.MarkerSeverity.Info
  return { ...range, message, code, severity, source: 'pageward' }
}

function problemLine(model: editor.ITextModel, each: Diagnosis, kind: string, words: string | null): Decoration {
  const end = model.getLineMaxColumn(each.at.line)
  return {
    range: new monaco.Range(each.at.line, 1, each.at.line, end),
    options: {
      isWholeLine: true,
      glyphMarginClassName: `pw-glyph ${kind}`,
      showIfCollapsed: true,
      glyphMarginHoverMessage: { value: `**${each.code}** ${each.message}` },
      ...(words === null ? {} : ghost(words, kind)),
      overviewRuler: {
        color: kind === 'error' ? '#d0453a' : '#c08a1e',
        position: monaco.editor.OverviewRulerLane.Right,
      },
    },
  }
}

const NO_STOP = 3 as editor.InjectedTextCursorStops.None

/** Words behind the end of a line. The gap is part of the text, so that squiggles do not run on below it. */
function ghost(words: string, kind: string): Pick<editor.IModelDecorationOptions, 'after'> {
  return { after: { content: GAP + words, inlineClassName: `pw-ghost ${kind}`, cursorStops: NO_STOP } }
}
const GAP = '\u00a0'.repeat(8)

function storyLine(model: editor.ITextModel, line: number, words: string, role: string, text: string): Decoration {
  const end = model.getLineMaxColumn(line)
  return {
    range: new monaco.Range(line, 1, line, end),
    options: {
      isWholeLine: true,
      glyphMarginClassName: `pw-glyph role-${role}`,
      showIfCollapsed: true,
      glyphMarginHoverMessage: { value: `${words}: ${text}` },
      ...ghost(words, 'role'),
    },
  }
}

function playhead(model: editor.ITextModel, row: StepRow): Decoration[] {
  const whole: Decoration = {
    range: new monaco.Range(row.line, 1, row.line, 1),
    options: { isWholeLine: true, className: `pw-playhead-line`, linesDecorationsClassName: `pw-playhead-mark` },
  }
  const valid = row.endLine >= row.line && row.endLine <= model.getLineCount() && row.endColumn > 0
  if (!valid) return [whole]
  const call: Decoration = {
    range: new monaco.Range(row.line, row.column, row.endLine, row.endColumn),
    options: { className: `pw-playhead-call` },
  }
  return [whole, call]
}
