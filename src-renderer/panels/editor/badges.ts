/** Badges behind the lines that made variables: what each one is at the playhead. */
import type { editor } from 'monaco-editor/editor'
import type { VariableRow } from '../../../src-core/protocol/messages.ts'
import { monaco } from '../../monaco/start.ts'

/** The signs of the story in the margin (theme/editor.css), so that an owner looks the same everywhere. */
const SIGNS: Readonly<Record<VariableRow['state'], string>> = {
  owner: '●',
  reference: '|',
  borrowed: '□',
  moved: '→',
  freed: '○',
}
const WORDS: Readonly<Record<VariableRow['state'], string>> = {
  owner: 'owns its memory at the playhead',
  reference: 'holds a reference at the playhead: the page stays as long as it does',
  borrowed: 'borrows at the playhead: it keeps nothing alive',
  moved: 'has given its memory, or its reference, to somebody else',
  freed: 'points at memory that was freed, or into a mapping that has ended',
}
/** Variables shown behind one line. */
const MOST = 3
const NO_STOP = 3 as editor.InjectedTextCursorStops.None
const NBSP = '\u00a0'

export function badgesOf(
  model: editor.ITextModel,
  lines: ReadonlyMap<number, readonly VariableRow[]>,
): editor.IModelDeltaDecoration[] {
  const list: editor.IModelDeltaDecoration[] = []
  for (const [line, rows] of lines) {
    if (line < 1 || line > model.getLineCount()) continue
    const end = model.getLineMaxColumn(line)
    const range = new monaco.Range(line, end, line, end)
    const named = rows.length > 1
    list.push({ range, options: { showIfCollapsed: true, before: text(NBSP.repeat(2), '') } })
    for (const row of rows.slice(0, MOST)) list.push({ range, options: badge(row, named) })
  }
  return list
}

function badge({ name, state }: VariableRow, named: boolean): editor.IModelDecorationOptions {
  const words = `${SIGNS[state]} ${named ? `${name} ` : ''}${state}`
  return {
    showIfCollapsed: true,
    hoverMessage: { value: `\`${name}\` ${WORDS[state]}` },
    before: text(words.replaceAll(' ', NBSP), `pw-badge ${state}`),
  }
}

function text(content: string, inlineClassName: string): editor.InjectedTextOptions {
  return { content, inlineClassName, cursorStops: NO_STOP }
}
