/** Files that a person gives the app: a shared program or a layout. Says what is wrong with a file that is neither. */
import { isRecord } from '../core/storage.ts'
import { readShared, type Shared } from '../core/share.ts'
import { useDocumentStore } from '../stores/document.ts'
import { useLayoutStore } from '../stores/layout.ts'
import { useSessionStore } from '../stores/session.ts'

export const LAYOUT_FORMAT = 'pageward.layout/1'

/** Asks for a file; null if none was chosen. */
function chooseFile(accept: string): Promise<File | null> {
  return new Promise((resolve) => {
    const input = window.document.createElement('input')
    input.type = 'file'
    input.accept = accept
    input.onchange = () => resolve(input.files?.[0] ?? null)
    input.oncancel = () => resolve(null)
    input.click()
  })
}

export async function takeLayout(): Promise<void> {
  const file = await chooseFile('.json,application/json')
  if (file === null) return
  const layout = useLayoutStore()
  const value = parse(await file.text())
  if (!isRecord(value) || value['format'] !== LAYOUT_FORMAT || !isRecord(value['dock'])) {
    useSessionStore().say(`${file.name} holds no layout of Pageward. Your layout is as it was.`)
  } else if (!layout.load(value['dock'])) {
    useSessionStore().say(`The layout in ${file.name} could not be read: the first layout is shown.`)
  }
}

/** Opens a `.pageward` file, or a plain TypeScript file as a snippet of its own. */
export async function takeProgram(): Promise<void> {
  const file = await chooseFile('.pageward,.ts,application/json,text/plain')
  if (file !== null) await openProgramFile(file)
}

export async function openProgramFile(file: File): Promise<void> {
  const text = await file.text()
  const shared = readShared(text)
  if (shared !== null) openShared(shared)
  else if (/\.ts$/.test(file.name)) useDocumentStore().newSnippet(text, file.name)
  else useSessionStore().say(`${file.name} holds no program of Pageward. Nothing was changed.`)
}

/** Opens a shared program beside what is there; nothing is replaced. */
export function openShared({ program, layout }: Shared): void {
  useDocumentStore().adopt(program)
  if (layout !== null) useLayoutStore().load(layout)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
