/**
 * What Tab does in the editor, and the key that changes it: Monaco's own (Ctrl+M, on a Mac Ctrl+Shift+M). Monaco does
 * not tell when its own action ran, so the key is bound to the store here.
 */
import { monaco } from '../../monaco/start.ts'
import { MAC } from '../../core/commands.ts'
import { useTabKeyStore } from '../../stores/tab-key.ts'

/** Follows an editor; the function that is returned stops it. */
export function watchTabKey(code: monaco.editor.IStandaloneCodeEditor): () => void {
  const store = useTabKeyStore()
  const { KeyMod, KeyCode } = monaco
  const show = (): void => code.updateOptions({ tabFocusMode: store.leaves })
  store.change = () => {
    store.leaves = !store.leaves
    show()
    code.focus()
  }
  const keys = MAC ? KeyMod.WinCtrl | KeyMod.Shift | KeyCode.KeyM : KeyMod.CtrlCmd | KeyCode.KeyM
  const listeners = [
    code.addAction({
      id: 'pageward.tab-key',
      label: 'Let Tab leave the editor, or indent',
      keybindings: [keys],
      run: () => store.change?.(),
    }),
    code.onDidFocusEditorText(() => (store.focused = true)),
    code.onDidBlurEditorText(() => (store.focused = false)),
  ]
  show()
  return () => {
    listeners.forEach((each) => each.dispose())
    store.change = null
    store.focused = false
  }
}
