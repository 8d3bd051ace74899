/** How the editor is set up. */
import type { editor } from 'monaco-editor/editor'

/** Mouse targets up to this one (`MouseTargetType.CONTENT_EMPTY`) are margins and text. */
export const EVENT_LEFT_MARGIN = 7

export const EDITOR_OPTIONS: editor.IStandaloneEditorConstructionOptions = {
  ariaLabel: 'Driver snippet. Control M lets Tab leave the editor.',
  automaticLayout: true,
  fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSize: 13,
  lineHeight: 20,
  fontLigatures: false,
  minimap: { enabled: false, showMarkSectionHeaders: false, showRegionSectionHeaders: false },
  colorDecorators: false,
  defaultColorDecorators: 'never',
  inlayHints: { enabled: 'off' },
  glyphMargin: true,
  folding: false,
  lineNumbersMinChars: 3,
  lineDecorationsWidth: 8,
  renderLineHighlight: 'none',
  scrollBeyondLastLine: false,
  smoothScrolling: false,
  stickyScroll: { enabled: false },
  padding: { top: 6, bottom: 6 },
  overviewRulerLanes: 2,
  hideCursorInOverviewRuler: true,
  fixedOverflowWidgets: true,
  wordBasedSuggestions: 'off',
  unicodeHighlight: { ambiguousCharacters: false },
  bracketPairColorization: { enabled: false },
  guides: { indentation: false },
  occurrencesHighlight: 'off',
  tabSize: 2,
  accessibilitySupport: 'auto',
  scrollbar: { verticalScrollbarSize: 8, horizontalScrollbarSize: 8, useShadows: false },
}
