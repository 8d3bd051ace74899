/** The editor's colours, close to `theme/tokens.css` (Monaco takes hexadecimal colours only). */
import type { editor } from 'monaco-editor/editor'

export const LIGHT: editor.IStandaloneThemeData = {
  base: 'vs',
  inherit: true,
  rules: [
    { token: 'comment', foreground: '5f6b7c' },
    { token: 'keyword', foreground: '7a2f9e' },
    { token: 'string', foreground: '1d6b45' },
    { token: 'number', foreground: '9a4a06' },
    { token: 'type', foreground: '1f5ba8' },
    { token: 'type.identifier', foreground: '1f5ba8' },
    { token: 'identifier', foreground: '1f2733' },
    { token: 'delimiter', foreground: '4d5868' },
  ],
  colors: {
    'editor.background': '#ffffff',
    'editor.foreground': '#1f2733',
    'editorLineNumber.foreground': '#75808f',
    'editorLineNumber.activeForeground': '#1f2733',
    'editor.selectionBackground': '#cfdffc',
    'editor.lineHighlightBorder': '#00000000',
    'editorGutter.background': '#ffffff',
    'editorWidget.background': '#ffffff',
    'editorWidget.border': '#d5dae2',
    'editorHoverWidget.background': '#ffffff',
    'editorHoverWidget.border': '#d5dae2',
    'editorError.foreground': '#c22f22',
    'editorWarning.foreground': '#a76a00',
    'editorInfo.foreground': '#2f5fd0',
    focusBorder: '#2f5fd0',
    'scrollbarSlider.background': '#8a94a355',
    'scrollbarSlider.hoverBackground': '#8a94a388',
    'scrollbarSlider.activeBackground': '#8a94a3aa',
    'editorOverviewRuler.border': '#00000000',
    'scrollbar.shadow': '#00000000',
  },
}

export const DARK: editor.IStandaloneThemeData = {
  base: 'vs-dark',
  inherit: true,
  rules: [
    { token: 'comment', foreground: '8e99a8' },
    { token: 'keyword', foreground: 'd3a3f0' },
    { token: 'string', foreground: '93d3a8' },
    { token: 'number', foreground: 'f0b27a' },
    { token: 'type', foreground: '8fbcf5' },
    { token: 'type.identifier', foreground: '8fbcf5' },
    { token: 'identifier', foreground: 'e4e7ec' },
    { token: 'delimiter', foreground: 'b3bcc9' },
  ],
  colors: {
    'editor.background': '#17191e',
    'editor.foreground': '#e4e7ec',
    'editorLineNumber.foreground': '#7f8896',
    'editorLineNumber.activeForeground': '#e4e7ec',
    'editor.selectionBackground': '#2b4372',
    'editor.lineHighlightBorder': '#00000000',
    'editorGutter.background': '#17191e',
    'editorWidget.background': '#22252c',
    'editorWidget.border': '#3a3f49',
    'editorHoverWidget.background': '#22252c',
    'editorHoverWidget.border': '#3a3f49',
    'editorError.foreground': '#f2786d',
    'editorWarning.foreground': '#e7b95b',
    'editorInfo.foreground': '#8fb4ff',
    focusBorder: '#8fb4ff',
    'scrollbarSlider.background': '#8a94a344',
    'scrollbarSlider.hoverBackground': '#8a94a377',
    'scrollbarSlider.activeBackground': '#8a94a399',
    'editorOverviewRuler.border': '#00000000',
    'scrollbar.shadow': '#00000000',
  },
}

/** A theme with its quiet texts as strong as the rest. */
export function highContrast(
  theme: editor.IStandaloneThemeData,
  ink: string,
  paper: string,
): editor.IStandaloneThemeData {
  const strong = new Set(['identifier', 'delimiter'])
  return {
    ...theme,
    rules: theme.rules.map((rule) => (strong.has(rule.token) ? { ...rule, foreground: ink.slice(1) } : rule)),
    colors: {
      ...theme.colors,
      'editor.background': paper,
      'editorGutter.background': paper,
      'editor.foreground': ink,
      'editorLineNumber.foreground': ink,
      'editorLineNumber.activeForeground': ink,
      'editorWidget.border': ink,
      'editorHoverWidget.border': ink,
    },
  }
}
