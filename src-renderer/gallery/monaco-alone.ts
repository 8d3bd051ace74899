/** Monaco and nothing else, as the app sets it up: what the bench compares the app's start with. */
import '../theme/tokens.css'
import { EDITOR_OPTIONS } from '../panels/editor/editor-options.ts'
import { monaco, startMonaco } from '../monaco/start.ts'

const host = document.querySelector<HTMLElement>('#app')
if (host !== null) {
  host.style.height = '100vh'
  host.dataset['testid'] = 'editor'
  startMonaco([])
  monaco.editor.create(host, { ...EDITOR_OPTIONS, value: 'const one = 1\n', language: 'typescript' })
}
